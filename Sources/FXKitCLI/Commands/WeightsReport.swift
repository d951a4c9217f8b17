import FXKit

/// Lays out what `weights` lists of one model.
struct WeightsReport {
  private let document: Document
  private let entries: [WeightEntry]
  private let kinds: [String: WeightKind]
  /// All names of each storage with several, by its path; also those that are not listed.
  private let shared: [String: [String]]

  init(_ document: Document, only patterns: [String]) throws {
    let archive = try document.weightArchive()
    let all = try archive.weightEntries(of: document.modelName)
    entries = patterns.isEmpty ? all : try all.matching(patterns)
    kinds = document.program?.signature.weightKinds ?? [:]
    self.document = document
    shared = Dictionary(
      uniqueKeysWithValues: all.storages.filter { $0.entries.count > 1 }
        .map { ($0.path, $0.entries.map(\.name)) })
  }

  /// Returns the bytes of elements, and of storages; nil beyond 64 bits.
  private var totals: (elements: Int?, storages: Int?) {
    func sum(_ numbers: [Int?]) -> Int? {
      var total = 0
      for number in numbers {
        guard let number, number >= 0 else { return nil }
        let (next, overflow) = total.addingReportingOverflow(number)
        if overflow { return nil }
        total = next
      }
      return total
    }
    let tensors = entries.filter { !$0.isObject }
    let storages = entries.storages.map { $0.entries.compactMap(\.storageByteCount).max() }
    return (sum(tensors.map { $0.meta.tensor?.byteCount }), sum(storages))
  }

  /// The storages of the listed weights that have several names, and all of these.
  private var sharedStorages: [(path: String, names: [String])] {
    entries.storages.compactMap { path, _ in shared[path].map { (path, $0) } }
  }

  // MARK: Text

  var text: String {
    let (elements, storages) = totals
    let size = { (count: Int?) in count.map { InfoReport.size($0) } ?? "beyond 64 bits" }
    var lines = [
      "weights     \(entries.count), \(size(elements))",
      "storages    \(entries.storages.count), \(size(storages))",
    ]
    let external = entries.count(where: \.isExternal)
    if external > 0 {
      lines.append(
        "external    \(external): their data are not in the archive, --join puts them back")
    }
    if !entries.isEmpty { lines += [""] + rows }
    let groups = sharedStorages
    if !groups.isEmpty {
      lines += ["", "shared storages"]
      lines += groups.map { "  \(fileName($0))  \($1.joined(separator: ", ").singleLine())" }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private var rows: [String] {
    let cells = entries.map { entry in
      let meta = entry.meta.tensor
      return [
        entry.name.singleLine(), kind(of: entry).rawValue + (isUsed(entry) ? "" : " (unused)"),
        meta.map { $0.dtype.name + InfoReport.shape($0.sizes) } ?? "",
        meta.map { $0.byteCount.map { InfoReport.size($0) } ?? "?" }
          ?? entry.storedByteCount.map { InfoReport.size($0) } ?? "",
        place(of: entry),
      ]
    }
    let widths = (0..<4).map { column in min(cells.map { $0[column].count }.max() ?? 0, 48) }
    return cells.map { row in
      let bytes = String(repeating: " ", count: max(0, widths[3] - row[3].count)) + row[3]
      return "  "
        + (0..<3).map { Help.pad(row[$0], widths[$0]) }.joined(separator: "  ")
        + "  \(bytes)  \(row[4])"
    }
  }

  /// Says where the elements are: the storage, and what is not the plain case.
  private func place(of entry: WeightEntry) -> String {
    var text = fileName(entry.path)
    if let meta = entry.meta.tensor {
      if meta.storageOffset != 0 { text += " offset \(InfoReport.describe(meta.storageOffset))" }
      let plain = TensorMeta(dtype: meta.dtype, sizes: meta.sizes)
      if meta.strides != plain.strides { text += " strides \(InfoReport.shape(meta.strides))" }
    }
    if entry.meta.usesPickle { text += " pickled" }
    if entry.isExternal {
      text += " external"
    } else if entry.storedByteCount == 0, entry.meta.tensor?.byteCount != 0 {
      text += " without data"
    }
    return text
  }

  private func fileName(_ path: String) -> String {
    (path.split(separator: "/").last.map(String.init) ?? path).singleLine()
  }

  private func kind(of entry: WeightEntry) -> WeightKind { kinds[entry.name] ?? entry.storedKind }

  private func isUsed(_ entry: WeightEntry) -> Bool { kinds[entry.name] != nil }

  // MARK: JSON

  var json: JSONOutput {
    let (elements, storages) = totals
    return .object([
      ("model", .string(document.modelName)),
      ("weight_bytes", elements.map { .int($0) } ?? .null),
      ("storage_bytes", storages.map { .int($0) } ?? .null),
      ("weights", .array(entries.map(json))),
      (
        "shared_storages",
        .array(
          sharedStorages.map { path, names in
            .object([
              ("storage", .string(path)), ("weights", .array(names.map { .string($0) })),
            ])
          })
      ),
    ])
  }

  private func json(_ entry: WeightEntry) -> JSONOutput {
    var fields: [(String, JSONOutput)] = [
      ("name", .string(entry.name)), ("kind", .string(kind(of: entry).rawValue)),
      ("used", .bool(isUsed(entry))),
    ]
    if let meta = entry.meta.tensor {
      let sizes = { (sizes: [SymInt]) -> JSONOutput in
        .array(sizes.map { $0.int.map { .int($0) } ?? .string(InfoReport.describe($0)) })
      }
      fields += [
        ("dtype", .string(meta.dtype.name)), ("shape", sizes(meta.sizes)),
        ("bytes", meta.byteCount.map { .int($0) } ?? .null),
        ("requires_grad", .bool(meta.requiresGrad)), ("strides", sizes(meta.strides)),
        ("offset", meta.storageOffset.int.map { .int($0) } ?? .null),
      ]
    }
    fields += [
      ("storage", .string(entry.path)),
      ("storage_bytes", entry.storedByteCount.map { .int($0) } ?? .null),
      ("pickled", .bool(entry.meta.usesPickle)), ("external", .bool(entry.isExternal)),
    ]
    return .object(fields)
  }
}
