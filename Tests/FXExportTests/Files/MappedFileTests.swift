import FXCore
import FXExport
import FXTestSupport
import Glibc
import Testing

@Suite struct MappedFileTests {
  private let folder = TemporaryFolder()

  @Test func mapsFiles() throws {
    let bytes = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
    let file = try MappedFile(path: folder.write("a", bytes))
    #expect(Array(file.bytes) == bytes)
    file.discard(10..<90_000)
    file.discard(0..<1_000_000)
    file.discard(-5 ..< -2)
    withExtendedLifetime(file) { #expect(Array($0.bytes) == bytes) }
  }

  @Test func outlivesItsReplacement() throws {
    let path = folder.write("a", "old".utf8)
    let file = try MappedFile(path: path)
    try AtomicOutput.write(to: path) { sink in sink.write("new") }
    withExtendedLifetime(file) { #expect($0.bytes.elementsEqual("old".utf8)) }
  }

  @Test func refusesWhatIsNoFile() throws {
    expectFXError(.fileMissing, member: folder.file("none")) {
      try MappedFile(path: folder.file("none"))
    }
    expectFXError(.fileIsDirectory) { try MappedFile(path: folder.path) }
    expectFXError(.fileMissing) { try MappedFile(path: folder.write("a", []) + "/b") }
    expectFXError(.fileEmpty) { try MappedFile(path: folder.file("a")) }
    expectFXError(.fileEmpty) { try MappedFile(path: "/dev/null") }
    // The superuser may read anything.
    if geteuid() != 0 {
      chmod(folder.write("b", [1]), 0)
      expectFXError(.filePermission) { try MappedFile(path: folder.file("b")) }
    }
  }

  @Test func readsFilesThatSayTheyAreEmpty() throws {
    let file = try MappedFile(path: "/proc/self/status")
    withExtendedLifetime(file) {
      #expect(String(decoding: $0.bytes, as: UTF8.self).contains("Name:"))
    }
  }

  @Test func readsPipes() throws {
    mkfifo(folder.file("pipe"), 0o600)
    let both = open(folder.file("pipe"), O_RDWR)
    let writer = open(folder.file("pipe"), O_WRONLY)
    #expect(write(writer, "hello", 5) == 5)
    // The reader sees the end once no writer is left, so that the last one closes from outside.
    var thread = pthread_t()
    let descriptors = UnsafeMutablePointer<Int32>.allocate(capacity: 2)
    descriptors[0] = both
    descriptors[1] = writer
    pthread_create(
      &thread, nil,
      { argument in
        let descriptors = argument!.assumingMemoryBound(to: Int32.self)
        usleep(20_000)
        close(descriptors[0])
        close(descriptors[1])
        return nil
      }, descriptors)
    let file = try MappedFile(path: folder.file("pipe"))
    pthread_join(thread, nil)
    descriptors.deallocate()
    withExtendedLifetime(file) { #expect($0.bytes.elementsEqual("hello".utf8)) }
  }
}
