import FXCore
import FXGraph

/// What differs between two files: programs paired by their names, and what is beside them.
public struct DocumentsDifference: Hashable, Sendable {
  /// The differences of each pair of programs, those without any included.
  public var programs: [ProgramDifference] = []
  /// What belongs to no program: programs that only one file has, other members of archives.
  public var facts: [FactDifference] = []

  /// Tells whether nothing differs.
  public var isEmpty: Bool { facts.isEmpty && programs.allSatisfy(\.isEmpty) }

  /// Compares the documents of two files.
  ///
  /// Where both files have one, these are compared whatever their names. Weights are compared by
  /// content where both are archives.
  ///
  /// - Throws: what reading members of the archives throws.
  public init(
    between a: [Document], and b: [Document], ignoring ignored: Set<DifferencePart> = []
  ) throws {
    var models: [FactDifference.Change] = []
    let isSinglePair = a.count == 1 && b.count == 1
    for document in a {
      let partner = isSinglePair ? b.first : b.first { $0.modelName == document.modelName }
      if let partner {
        programs.append(try ProgramDifference(between: document, and: partner, ignoring: ignored))
      } else {
        models.append(FactDifference.Change(document.modelName, nil))
      }
    }
    if !isSinglePair {
      let names = Set(a.map(\.modelName))
      for document in b where !names.contains(document.modelName) {
        models.append(FactDifference.Change(nil, document.modelName))
      }
    }
    if !models.isEmpty {
      facts.append(FactDifference(part: .members, title: "models", changes: models))
    }
    if !ignored.contains(.members), let archiveA = a.first?.archive,
      let archiveB = b.first?.archive,
      let members = try MemberComparison.difference(archiveA, archiveB)
    {
      facts.append(members)
    }
  }
}

extension ProgramDifference {
  /// Compares two documents, with weights and sample inputs where both are of archives.
  ///
  /// - Throws: what reading members of the archives throws.
  public init(
    between a: Document, and b: Document, ignoring ignored: Set<DifferencePart> = []
  ) throws {
    if let programA = a.program, let programB = b.program {
      self.init(between: programA, and: programB, ignoring: ignored)
    } else {
      self.init(between: a.module, and: b.module, ignoring: ignored)
      if (a.program == nil) != (b.program == nil), !ignored.contains(.signature) {
        let (programs, modules) = ("a program", "a graph module without a signature")
        facts.append(
          FactDifference(
            part: .signature, title: "documents",
            changes: [
              FactDifference.Change(
                a.program == nil ? modules : programs, b.program == nil ? modules : programs)
            ]))
      }
    }
    modelName = a.modelName
    if let archiveA = a.archive, let archiveB = b.archive {
      let weights = try WeightComparison(
        WeightComparison.Side(archive: archiveA, model: a.modelName),
        WeightComparison.Side(archive: archiveB, model: b.modelName), ignoring: ignored)
      facts += weights.differences
    } else if (a.archive == nil) != (b.archive == nil), !ignored.contains(.weights) {
      notes.append("weights are not compared: only one of the files is an archive")
    }
  }
}
