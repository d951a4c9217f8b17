import FXKit
import Glibc

extension FuzzTarget {
  /// Writing that fails: a byte with the kind of fault, two with its place, then a document.
  ///
  /// A sink's error comes out whatever was written; a file is the old one or the whole new one.
  static let writing = FuzzTarget(
    "writing", pace: 600,
    seeds: { seeds in
      let models = try seeds.files("programs", ending: ".json", below: 3_000)
      return models.enumerated().map { [UInt8($0 % 4), UInt8($0 * 37 % 256), 2] + $1 }
    },
    mutate: { bytes, random in
      var fault = Array(bytes.prefix(3))
      if random.oneIn(2) { random.changeBytes(&fault) }
      if random.oneIn(2) { return fault + Array(bytes.dropFirst(3)) }
      return fault + JSONMutator(words: SchemaWords.all).mutate(Array(bytes.dropFirst(3)), &random)
    },
    check: { bytes in
      guard bytes.count > 3 else { return false }
      let place = Int(bytes[1]) | Int(bytes[2]) << 8
      let form = [DocumentForm.modelJSON, .fxJSON, .text][Int(bytes[0] >> 4) % 3]
      let document = try Document(
        MappedFile(copying: UnsafeRawBufferPointer(rebasing: bytes[3...])))
      guard
        let whole = try serialized({
          var sink = ByteSink()
          try document.write(to: &sink, as: form)
          return Array(sink.bytes)
        })
      else { return true }
      if bytes[0] & 1 == 0 {
        try checkSink(document, form, whole, failingAt: place)
      } else {
        try checkFile(document, form, whole, limit: place)
      }
      return true
    })

  private struct Stop: Error {}

  private static func checkSink(
    _ document: Document, _ form: DocumentForm, _ whole: [UInt8], failingAt place: Int
  ) throws {
    let box = Box()
    var sink = ByteSink(chunk: 64) { chunk in
      if box.bytes.count + chunk.count > place { throw Stop() }
      box.bytes += chunk
    }
    var hasStopped = false
    do {
      try document.write(to: &sink, as: form)
      try sink.finish()
    } catch is Stop {
      hasStopped = true
    }
    try FuzzFailure.unless(whole.starts(with: box.bytes), "a failing sink gets other bytes")
    try FuzzFailure.unless(
      hasStopped == (whole.count > place), "\(whole.count) bytes, a failure at \(place)")
  }

  private final class Box { var bytes: [UInt8] = [] }

  /// Writes a file that may not have more bytes than a limit.
  private static func checkFile(
    _ document: Document, _ form: DocumentForm, _ whole: [UInt8], limit: Int
  ) throws {
    let old = Array("old".utf8)
    _ = try ScratchFile.contents { output in try old.withUnsafeBytes { try output.write($0) } }
    var limits = rlimit()
    getrlimit(__rlimit_resource_t(1), &limits)
    var lower = limits
    lower.rlim_cur = rlim_t(limit)
    setrlimit(__rlimit_resource_t(1), &lower)
    var error: (any Error)?
    do { try [document].write(toPath: ScratchFile.path, as: form) } catch let caught {
      error = caught
    }
    setrlimit(__rlimit_resource_t(1), &limits)
    let found = try ScratchFile.read(ScratchFile.path)
    try FuzzFailure.unless(ScratchFile.names == ["file"], "there are \(ScratchFile.names)")
    if let error {
      try FuzzFailure.unless((error as? FXError)?.code == .fileFull, "\(error) when it is full")
      try FuzzFailure.unless(found == old, "the old file is gone")
    }
    try FuzzFailure.unless(
      (error != nil) == (whole.count > limit), "\(whole.count) bytes, a limit of \(limit)")
    if error == nil { try FuzzFailure.unless(found == whole, "the file is not what was written") }
  }
}
