import FXCore
import FXExport
import FXGraph
import FXRuntime
import FXTensor

/// Running passes on programs, which is more than changing their graphs.
extension PassPipeline {
  /// Runs the passes in order on what a document holds, in place.
  ///
  /// Signature, dialect and new constants follow the graphs. Passes read the weights of the archive
  /// that the document came from, or of another one.
  ///
  /// - Parameters:
  ///   - weights: an archive of one model that has the weights, where the document's has none.
  ///   - context: ambient modes and operators of one's own; what it counts can be read afterwards.
  /// - Throws: what a pass throws, with the pass named; `pass.brokenGraph` where a pass leaves a
  ///   graph that lint refuses, a signature that does not fit, or calls nobody can load. The document
  ///   is then what it was before.
  @discardableResult
  public func run(
    on document: inout Document, weights: PT2Archive? = nil, context: PassContext = PassContext()
  ) throws -> [Report] {
    guard var program = document.program else {
      return try run(on: document.module, context: context)
    }
    let source = document
    let readState = context.readState
    context.readState = { try ProgramRunner.readState(of: source, weights: weights) }
    defer { context.readState = readState }
    let reports = try run(on: &program, context) { program in
      var current = source
      current.take(program, with: context.addedConstants)
      try current.verify(context)
    }
    document.take(program, with: context.addedConstants)
    return reports
  }

  /// Runs the passes in order on a program, in place; see `run(on:weights:context:)`.
  ///
  /// Constants that passes make are the context's `addedConstants`, its `readState` gives them data.
  ///
  /// - Throws: as for a document.
  @discardableResult
  public func run(
    on program: inout ExportedProgram, context: PassContext = PassContext()
  ) throws -> [Report] {
    try run(on: &program, context) { try Document($0).verify(context) }
  }

  private func run(
    on program: inout ExportedProgram, _ context: PassContext,
    verify: (ExportedProgram) throws -> Void
  ) throws -> [Report] {
    let (original, snapshot) = (program, ModuleSnapshot(of: program.module))
    let isWhole = program.signatureArityErrors.isEmpty
    context.begin(program)
    var completion = NodeCompletion(context.library(of: program.module)) { context.symbolRanges }
    do {
      // What is wrong already is not what passes leave behind.
      completion.throwsErrors = completion.completeAll(program.module)
      completion.includesKeywordCalls = true
      let reports = try runSteps(
        on: program.module, context, completion: completion
      ) { hasChanged in
        let current = context.updated(original)
        if verifiesEach, hasChanged, isWhole, let error = current.signatureArityErrors.first {
          throw error
        }
        if verifiesProgram { try verify(current) }
      }
      program = context.updated(program)
      return reports
    } catch {
      snapshot.restore()
      context.begin(original)
      throw error
    }
  }
}

extension Document {
  /// Takes what passes made of the program, with the constants that they made and left in it.
  fileprivate mutating func take(
    _ program: ExportedProgram, with constants: [(name: String, tensor: Tensor)]
  ) {
    content = .program(program)
    let targets = Set(program.signature.inputs.compactMap(\.target))
    addedConstants = (addedConstants + constants).filter { targets.contains($0.name) }
  }

  /// Throws the first error that the verifier finds.
  fileprivate func verify(_ context: PassContext) throws {
    let library = context.library(of: module)
    // Passes do not touch the data in the archive, which are compared when they are written.
    let findings = findings(library: library, readsWeights: false)
    guard let finding = findings.first(where: { $0.isError }) else { return }
    throw FXError(finding.code, finding.message, at: finding.place)
  }
}
