import FXKit

/// A class of inputs: what is done with one, what must hold of it, and how others are made of it.
struct FuzzTarget: Sendable {
  let name: String
  /// How many inputs a second a run counts on that is to be the same wherever it runs.
  let pace: Int
  /// Takes an input and tells whether it was accepted.
  ///
  /// An `FXError` means that the input was refused. A `FuzzFailure` is a defect.
  fileprivate let body: @Sendable (UnsafeRawBufferPointer) throws -> Bool
  /// Makes another input of one, in the input's own structure.
  let mutate: @Sendable ([UInt8], inout FuzzRandom) -> [UInt8]
  /// Makes inputs of the fixtures.
  let seeds: @Sendable (Seeds) throws -> [[UInt8]]

  init(
    _ name: String, pace: Int, seeds: @escaping @Sendable (Seeds) throws -> [[UInt8]],
    mutate: @escaping @Sendable ([UInt8], inout FuzzRandom) -> [UInt8],
    check: @escaping @Sendable (UnsafeRawBufferPointer) throws -> Bool
  ) {
    (self.name, self.pace, self.seeds, self.mutate, self.body) = (name, pace, seeds, mutate, check)
  }

  static let all: [FuzzTarget] = [
    .zip, .json, .schema, .graph, .text, .tensors, .expressions, .pickle, .writing,
  ]

  /// Does with an input what the target does; tells whether the input was accepted.
  ///
  /// - Throws: `FuzzFailure` for a defect: a property that does not hold, or an error of no `FXError`.
  func check(_ bytes: UnsafeRawBufferPointer) throws -> Bool {
    do {
      return try body(bytes)
    } catch let error as FXError {
      try FuzzFailure.unless(!error.message.isEmpty, "an error without a message")
      if let offset = error.place.offset, error.place.member == nil {
        try FuzzFailure.unless(
          (0...bytes.count).contains(offset), "an error at \(offset) of \(bytes.count) bytes")
      }
      return false
    }
  }
}

/// A property that does not hold.
struct FuzzFailure: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }

  static func unless(_ condition: Bool, _ description: @autoclosure () -> String) throws {
    if !condition { throw FuzzFailure(description()) }
  }

  /// Runs what must not throw.
  static func unlessDone<Result>(_ what: String, _ body: () throws -> Result) throws -> Result {
    do { return try body() } catch { throw FuzzFailure("\(what): \(error)") }
  }
}
