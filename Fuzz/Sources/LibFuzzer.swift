import FXKit
import Glibc

/// Hands a target to libFuzzer, whose own `main` is not used.
enum LibFuzzer {
  nonisolated(unsafe) fileprivate static var target = FuzzTarget.json
  nonisolated(unsafe) fileprivate static var accepted = 0

  static func target(named name: String) -> FuzzTarget {
    if let target = FuzzTarget.all.first(where: { $0.name == name }) { return target }
    let names = FuzzTarget.all.map(\.name).joined(separator: ", ")
    stop("there is no target '\(name)'; there are \(names)", status: 2)
  }

  /// Ends with a line on standard error.
  static func stop(_ message: String, status: Int32 = 1) -> Never {
    let line = Array("fxfuzz: \(message)\n".utf8)
    _ = write(STDERR_FILENO, line, line.count)
    exit(status)
  }

  /// Runs libFuzzer with the arguments behind the target's name, and ends with its status.
  static func run(_ chosen: FuzzTarget) -> Never {
    target = chosen
    // libFuzzer takes the first word for the program's name.
    var count = CommandLine.argc - 1
    var arguments = CommandLine.unsafeArgv + 1
    atexit { print("accepted \(LibFuzzer.accepted) inputs") }
    exit(runDriver(&count, &arguments, testOneInput))
  }
}

extension Seeds {
  /// Writes the seeds of a target, each to a file of its own.
  static func write(_ target: FuzzTarget, fixtures: String, to folder: String) {
    do {
      for (index, bytes) in try target.seeds(Seeds(root: fixtures)).enumerated() {
        try AtomicOutput.write(to: "\(folder)/seed-\(index)") { sink in
          bytes.withUnsafeBufferPointer { sink.write($0) }
        }
      }
    } catch {
      LibFuzzer.stop("the seeds of '\(target.name)': \(error)")
    }
  }
}

@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
  _ count: UnsafeMutablePointer<CInt>,
  _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
  _ body: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt

@_silgen_name("LLVMFuzzerMutate")
private func mutateBytes(_ data: UnsafeMutablePointer<UInt8>, _ size: Int, _ limit: Int) -> Int

@_cdecl("LLVMFuzzerTestOneInput")
func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  do {
    let bytes = UnsafeRawBufferPointer(start: start, count: count)
    if try LibFuzzer.target.check(bytes) { LibFuzzer.accepted += 1 }
  } catch {
    fatalError("\(LibFuzzer.target.name): \(error)")
  }
  return 0
}

@_cdecl("LLVMFuzzerCustomMutator")
func mutateInput(
  _ data: UnsafeMutablePointer<UInt8>, _ size: Int, _ limit: Int, _ seed: CUnsignedInt
) -> Int {
  var random = FuzzRandom(seed: UInt64(seed))
  if random.oneIn(4) { return mutateBytes(data, size, limit) }
  let bytes = Array(UnsafeBufferPointer(start: data, count: size))
  let changed = LibFuzzer.target.mutate(bytes, &random).prefix(limit)
  for (index, byte) in changed.enumerated() { data[index] = byte }
  return changed.count
}
