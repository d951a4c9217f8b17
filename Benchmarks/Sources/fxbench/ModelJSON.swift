import FXKit

/// Reading and writing a model's JSON, and the passes between, on a file in memory.
struct ModelJSON {
  let path: String

  /// Reads, transforms a copy, and writes.
  func run(_ measurement: inout Measurement) throws {
    let file = try MappedFile(path: path)
    var program = try measurement.time("JSON to graph") { try ExportedProgram(json: file.bytes) }
    var byteCount = 0
    try measurement.time("graph to JSON") {
      byteCount = try program.json().count
    }
    guard byteCount == file.bytes.count else {
      throw BenchmarkError(description: "wrote \(byteCount) bytes of \(file.bytes.count)")
    }
    let pipeline = try PassPipeline("replace-set-grad,replace-autocast")
    _ = try measurement.time("two passes") { try pipeline.run(on: &program) }
  }

  /// Reads the file as the command does, giving its pages back as they are consumed.
  func readOnce() throws -> ExportedProgram {
    let file = try MappedFile(path: path)
    var consumed = 0
    return try ExportedProgram(json: file.bytes) { end in
      file.discard(consumed..<end)
      consumed = end
    }
  }

  /// Reads the file and writes it in chunks to nowhere.
  func readAndWriteOnce() throws {
    let program = try readOnce()
    var byteCount = 0
    var sink = ByteSink { byteCount += $0.count }
    try program.writeJSON(to: &sink)
    try sink.finish()
  }
}
