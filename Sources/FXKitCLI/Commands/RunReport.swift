import FXKit

/// Lays out what `run` shows.
struct RunReport {
  let names: [String?]
  let values: [IValue]
  /// What the run wrote.
  let mutations: [Mutation]
  /// What the nodes took, to be shown.
  var profiler: Profiler?
  /// The time of each turn, in nanoseconds, to be shown.
  var times: [Int] = []

  // MARK: Text

  var text: String {
    var text = Self.table(
      values.enumerated().map { index, value in
        Row(title: String(index), name: outputName(index) ?? "-", value: value)
      }, titled: "output")
    if !mutations.isEmpty {
      text +=
        "\n"
        + Self.table(
          mutations.map { Row(title: $0.kindName, name: $0.name, value: .tensor($0.tensor)) },
          titled: "mutation")
    }
    if let profiler {
      text += "\n" + Self.table(Self.rows("operator", profiler.operators))
      if !profiler.modules.isEmpty {
        text += "\n" + Self.table(Self.rows("module", profiler.modules))
      }
    }
    return text
  }

  /// The median time in words; nil for a single run.
  var timing: String? {
    guard let median else { return nil }
    return "ran \(times.count) times: median \(Self.milliseconds(median)) ms"
  }

  private var median: Int? {
    times.isEmpty ? nil : times.sorted()[times.count / 2]
  }

  /// The node that computes an output; nil for a constant.
  private func outputName(_ index: Int) -> String? { index < names.count ? names[index] : nil }

  /// A value that is shown.
  private struct Row {
    let title: String
    let name: String
    let facts: [String]
    /// How many elements are NaN, and how many infinite.
    let (nanCount, infiniteCount): (Int, Int)

    init(title: String, name: String, value: IValue) {
      (self.title, self.name) = (title, name)
      var summary: TensorSummary?
      if case .tensor(let tensor) = value { summary = try? TensorSummary(tensor) }
      nanCount = summary?.nanCount ?? 0
      infiniteCount = summary?.infiniteCount ?? 0
      facts = RunReport.facts(of: value, summary)
    }
  }

  /// Lays out values, with counts of what is no finite number where there is any.
  private static func table(_ rows: [Row], titled title: String) -> String {
    let hasNaN = rows.contains { $0.nanCount > 0 }
    let hasInfinite = rows.contains { $0.infiniteCount > 0 }
    var header = [title, "name", "dtype", "shape", "min", "max", "mean"]
    if hasNaN { header.append("nan") }
    if hasInfinite { header.append("inf") }
    return table(
      [header]
        + rows.map { row in
          var cells = [row.title, row.name] + row.facts
          if hasNaN { cells.append(String(row.nanCount)) }
          if hasInfinite { cells.append(String(row.infiniteCount)) }
          return cells
        })
  }

  private static func facts(of value: IValue, _ summary: TensorSummary?) -> [String] {
    switch value {
    case .tensor(let tensor):
      // Without a finite element the mean is what all are, or NaN.
      let rest = summary?.min == summary?.max ? summary?.min ?? .nan : .nan
      let numbers = [
        (summary?.min, Double.nan), (summary?.max, .nan), (summary?.mean, rest),
      ].map { number, other in
        number.map { short($0) }
          ?? (tensor.elementCount == 0 || summary == nil ? "-" : short(other))
      }
      return [tensor.dtype.name, Geometry.text(tensor.sizes)] + numbers
    case .int(let value): return ["int", "-"] + Array(repeating: "\(value)", count: 3)
    case .float(let value): return ["float", "-"] + Array(repeating: short(value), count: 3)
    case .bool(let value): return ["bool", value ? "True" : "False", "-", "-", "-"]
    case .string(let value): return ["str", "'\(value)'", "-", "-", "-"]
    case .none: return ["None", "-", "-", "-", "-"]
    default: return [value.kindName, "-", "-", "-", "-"]
    }
  }

  private static func short(_ value: Double) -> String { PythonText.float(value, digits: 6) }

  private static func rows(_ title: String, _ totals: [Profiler.Total]) -> [[String]] {
    let whole = max(totals.reduce(0) { $0 + $1.duration }, 1)
    let header = [title, "count", "ms", title == "operator" ? "%" : "", "peak kB"]
    return [header]
      + totals.map { total in
        let share = title == "operator" ? "\(total.duration * 100 / whole)" : ""
        return [
          total.name, String(total.count), milliseconds(total.duration), share,
          String((total.peakBytes + 1023) / 1024),
        ]
      }
  }

  private static func milliseconds(_ nanoseconds: Int) -> String {
    let thousandths = nanoseconds / 1000 % 1000
    let padding = thousandths < 10 ? "00" : thousandths < 100 ? "0" : ""
    return "\(nanoseconds / 1_000_000).\(padding)\(thousandths)"
  }

  /// Sets rows in columns, numbers to the right.
  private static func table(_ rows: [[String]]) -> String {
    let count = rows.map(\.count).max() ?? 0
    let widths = (0..<count).map { column in rows.map { $0[column].count }.max() ?? 0 }
    let isNumeric = (0..<count).map { column in
      rows.dropFirst().allSatisfy { row in
        row[column].isEmpty || row[column] == "-" || Double(row[column]) != nil
      }
    }
    var text = ""
    for row in rows {
      var line = ""
      for column in 0..<count where widths[column] > 0 {
        let padding = String(repeating: " ", count: widths[column] - row[column].count)
        if !line.isEmpty { line += "  " }
        line += isNumeric[column] && column > 0 ? padding + row[column] : row[column] + padding
      }
      while line.last == " " { line.removeLast() }
      text += line + "\n"
    }
    return text
  }

  // MARK: JSON

  var json: JSONOutput {
    var entries: [(String, JSONOutput)] = [
      (
        "outputs",
        .array(
          values.indices.map { index in
            let name = outputName(index).map { JSONOutput.string($0) } ?? .null
            return .object(
              [("position", .int(index)), ("name", name)] + Self.json(values[index]))
          })
      ),
      (
        "mutations",
        .array(
          mutations.map { mutation in
            .object(
              [("kind", .string(mutation.kindName)), ("name", .string(mutation.name))]
                + Self.json(.tensor(mutation.tensor)))
          })
      ),
    ]
    if let median {
      entries.append(("nanoseconds", .array(times.map { .int($0) })))
      entries.append(("median_nanoseconds", .int(median)))
    }
    if let profiler {
      entries.append(("operators", .array(profiler.operators.map { Self.json($0) })))
      entries.append(("modules", .array(profiler.modules.map { Self.json($0) })))
    }
    return .object(entries)
  }

  private static func json(_ value: IValue) -> [(String, JSONOutput)] {
    var entries: [(String, JSONOutput)] = []
    switch value {
    case .tensor(let tensor):
      entries += [
        ("dtype", .string(tensor.dtype.name)), ("shape", .array(tensor.sizes.map { .int($0) })),
      ]
      if let summary = try? TensorSummary(tensor) {
        entries += [
          ("min", summary.min.map { .float($0) } ?? .null),
          ("max", summary.max.map { .float($0) } ?? .null),
          ("mean", summary.mean.map { .float($0) } ?? .null),
          ("nan", .int(summary.nanCount)), ("infinite", .int(summary.infiniteCount)),
        ]
      }
    case .int(let number): entries.append(("value", .int(number)))
    case .float(let number): entries.append(("value", .float(number)))
    case .bool(let truth): entries.append(("value", .bool(truth)))
    case .string(let text): entries.append(("value", .string(text)))
    default: entries.append(("value", .null))
    }
    return entries
  }

  private static func json(_ total: Profiler.Total) -> JSONOutput {
    .object([
      ("name", .string(total.name)), ("count", .int(total.count)),
      ("nanoseconds", .int(total.duration)), ("peak_bytes", .int(total.peakBytes)),
    ])
  }
}
