import FXCore

/// Compares what two archives store for a program: weights, constants and sample inputs.
struct WeightComparison {
  private let a: Side
  private let b: Side
  private(set) var differences: [FactDifference] = []

  /// One archive with the name of its program.
  struct Side {
    let archive: PT2Archive
    let model: String
  }

  init(_ a: Side, _ b: Side, ignoring ignored: Set<DifferencePart>) throws {
    self.a = a
    self.b = b
    if !ignored.contains(.weights) {
      try compare(
        "weights", a.archive.weightsConfig(of: a.model), b.archive.weightsConfig(of: b.model),
        PT2Path.weight)
      try compare(
        "constants", a.archive.constantsConfig(of: a.model),
        b.archive.constantsConfig(of: b.model), PT2Path.constant)
    }
    if !ignored.contains(.members) {
      let change = try MemberComparison.change(
        "sample inputs", a.archive, PT2Path.sampleInputs(a.model), b.archive,
        PT2Path.sampleInputs(b.model))
      if let change {
        differences.append(
          FactDifference(part: .members, title: "sample inputs", changes: [change]))
      }
    }
  }

  private mutating func compare(
    _ title: String, _ configA: PayloadConfig?, _ configB: PayloadConfig?,
    _ path: (String) -> String
  ) throws {
    let entriesA = configA?.entries ?? []
    let entriesB = configB?.entries ?? []
    var others: [String: PayloadMeta] = [:]
    for (name, meta) in entriesB { others[name] = meta }
    var changes: [FactDifference.Change] = []
    var known: Set<String> = []
    for (name, meta) in entriesA where known.insert(name).inserted {
      if let other = others[name] {
        if let change = try change(name, meta, other, path) { changes.append(change) }
      } else {
        changes.append(FactDifference.Change(Self.describe(name, meta), nil))
      }
    }
    for (name, meta) in entriesB where known.insert(name).inserted {
      changes.append(FactDifference.Change(nil, Self.describe(name, meta)))
    }
    if !changes.isEmpty {
      differences.append(FactDifference(part: .weights, title: title, changes: changes))
    }
  }

  private func change(
    _ name: String, _ metaA: PayloadMeta, _ metaB: PayloadMeta, _ path: (String) -> String
  ) throws -> FactDifference.Change? {
    func change(_ suffixA: String = "", _ suffixB: String = "") -> FactDifference.Change {
      FactDifference.Change(
        Self.describe(name, metaA) + suffixA, Self.describe(name, metaB) + suffixB)
    }
    guard metaA.isParameter == metaB.isParameter, metaA.usesPickle == metaB.usesPickle,
      metaA.tensor?.withoutPlace == metaB.tensor?.withoutPlace
    else { return change() }
    let (pathA, pathB) = (path(metaA.pathName), path(metaB.pathName))
    let isPlain = metaA.tensor?.layout == .strided && !metaA.usesPickle
    guard isPlain else {
      let isSame = try MemberComparison.isSame(a.archive, pathA, b.archive, pathB)
      return isSame ? nil : change("", ", other contents")
    }
    let (viewA, viewB) = (try view(name, metaA, pathA, a), try view(name, metaB, pathB, b))
    let (hasDataA, hasDataB) = (!viewA.storage.bytes.isEmpty, !viewB.storage.bytes.isEmpty)
    guard hasDataA, hasDataB else {
      // A tensor without elements has no data to lack.
      if hasDataA == hasDataB || viewA.tensor.elementCount == 0 { return nil }
      return change(hasDataA ? "" : ", without data", hasDataB ? "" : ", without data")
    }
    switch TensorComparison.compare(viewA, viewB) {
    case .equal: return nil
    case .tooLarge: return change("", ", laid out too differently to be compared")
    case .different(let count, let largest):
      let all = viewA.tensor.elementCount ?? 0
      let distance = largest.map { ", by at most \(PythonText.float($0))" } ?? ""
      return change("", ", \(count) of \(all) element\(all == 1 ? "" : "s") differ\(distance)")
    }
  }

  private func view(
    _ name: String, _ meta: PayloadMeta, _ path: String, _ side: Side
  ) throws -> WeightView {
    try WeightView(
      name: name, meta: meta, storage: side.archive.contents(path, verifying: false),
      member: side.archive.memberName(of: path))
  }

  /// Returns the weight's name, kind, dtype and shape. How it lies in its storage is no difference.
  private static func describe(_ name: String, _ meta: PayloadMeta) -> String {
    let kind = meta.isParameter ? "parameter" : meta.tensor == nil ? "object" : "buffer"
    let pickled = meta.usesPickle ? " pickled" : ""
    let tensor = meta.tensor.map { " \($0.withoutPlace.text)" }
    return "\(name): \(kind)\(pickled)\(tensor ?? "")".singleLine()
  }
}

extension TensorMeta {
  /// Returns the metadata of the same tensor in a storage of its own.
  fileprivate var withoutPlace: TensorMeta {
    TensorMeta(
      dtype: dtype, sizes: sizes, requiresGrad: requiresGrad, device: device, layout: layout,
      unknownFields: unknownFields)
  }
}

/// Compares members of archives byte by byte.
enum MemberComparison {
  /// Tells whether two members have the same bytes. No member is the same as an empty one.
  static func isSame(
    _ a: PT2Archive, _ pathA: String, _ b: PT2Archive, _ pathB: String
  ) throws -> Bool {
    let (sizeA, sizeB) = (a.size(of: pathA) ?? 0, b.size(of: pathB) ?? 0)
    if sizeA != sizeB { return false }
    if sizeA == 0 { return true }
    let (contentsA, contentsB) = (
      try a.contents(pathA, verifying: false), try b.contents(pathB, verifying: false)
    )
    return contentsA.withBytes { x in contentsB.withBytes { y in x.elementsEqual(y) } }
  }

  /// Returns how two members differ; nil where they don't.
  static func change(
    _ name: String, _ a: PT2Archive, _ pathA: String, _ b: PT2Archive, _ pathB: String
  ) throws -> FactDifference.Change? {
    if try isSame(a, pathA, b, pathB) { return nil }
    func describe(_ archive: PT2Archive, _ path: String) -> String? {
      archive.size(of: path).map { "\(name): \($0) bytes" }
    }
    return FactDifference.Change(
      describe(a, pathA), describe(b, pathB).map { "\($0), other contents" })
  }

  /// Compares the members that belong to no program: the user's files and others.
  static func difference(_ a: PT2Archive, _ b: PT2Archive) throws -> FactDifference? {
    func paths(_ archive: PT2Archive) -> [String] {
      archive.paths.filter { path in
        switch PT2Role(path: path) {
        case .extra, .other: true
        default: false
        }
      }
    }
    var seen: Set<String> = []
    let changes = try (paths(a) + paths(b)).compactMap { path in
      seen.insert(path).inserted ? try change(path.singleLine(), a, path, b, path) : nil
    }
    return changes.isEmpty
      ? nil : FactDifference(part: .members, title: "archive members", changes: changes)
  }
}
