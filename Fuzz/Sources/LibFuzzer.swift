import FXKit
import Glibc

/// Hands a target to libFuzzer, whose own `main` is not used.
enum LibFuzzer {
  nonisolated(unsafe) fileprivate static var target = FuzzTarget.json
  nonisolated(unsafe) fileprivate static var accepted = 0
  nonisolated(unsafe) fileprivate static var isAccepted = false
  /// Makes the inputs in libFuzzer's place where they are to be the same in every run.
  nonisolated(unsafe) fileprivate static var inputs: RepeatableInputs?

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
  static func run(_ chosen: FuzzTarget, argumentsFrom index: Int, _ repeatable: RepeatableInputs?)
    -> Never
  {
    target = chosen
    inputs = repeatable
    // libFuzzer takes the first word for the program's name.
    var count = CommandLine.argc - CInt(index - 1)
    var arguments = CommandLine.unsafeArgv + (index - 1)
    atexit { print("accepted \(LibFuzzer.accepted) inputs") }
    exit(runDriver(&count, &arguments, testOneInput))
  }
}

extension FuzzTarget {
  /// Writes the seeds, each to a file of its own.
  func writeSeeds(fixtures: String, to folder: String) {
    withSeeds {
      for (index, bytes) in try seeds(Seeds(root: fixtures)).enumerated() {
        try AtomicOutput.write(to: "\(folder)/seed-\(index)") { sink in
          bytes.withUnsafeBufferPointer { sink.write($0) }
        }
      }
    }
  }

  /// Returns the inputs of a run that can be repeated.
  func inputs(fixtures: String, seed: String) -> RepeatableInputs {
    guard let seed = UInt64(seed) else { LibFuzzer.stop("'\(seed)' is no seed", status: 2) }
    return withSeeds { try RepeatableInputs(of: self, fixtures: fixtures, seed: seed) }
  }

  private func withSeeds<Result>(_ body: () throws -> Result) -> Result {
    do { return try body() } catch { LibFuzzer.stop("the seeds of '\(name)': \(error)") }
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
    LibFuzzer.isAccepted = try LibFuzzer.target.check(bytes)
    if LibFuzzer.isAccepted { LibFuzzer.accepted += 1 }
  } catch {
    fatalError("\(LibFuzzer.target.name): \(error)")
  }
  return 0
}

@_cdecl("LLVMFuzzerCustomMutator")
func mutateInput(
  _ data: UnsafeMutablePointer<UInt8>, _ size: Int, _ limit: Int, _ seed: CUnsignedInt
) -> Int {
  let changed: ArraySlice<UInt8>
  if let next = LibFuzzer.inputs?.next(wasAccepted: LibFuzzer.isAccepted) {
    changed = next.prefix(limit)
  } else {
    var random = FuzzRandom(seed: UInt64(seed))
    if random.oneIn(4) { return mutateBytes(data, size, limit) }
    let bytes = Array(UnsafeBufferPointer(start: data, count: size))
    changed = LibFuzzer.target.mutate(bytes, &random).prefix(limit)
  }
  for (index, byte) in changed.enumerated() { data[index] = byte }
  return changed.count
}
