import FXKit

/// Lays out what `run` shows.
struct RunReport {
  let names: [String?]
  let values: [IValue]
  /// What the nodes took, to be shown.
  var profiler: Profiler?
  /// The time of each turn, in nanoseconds, to be shown.
  var times: [Int] = []

  // MARK: Text

  var text: String {
    var rows = [["output", "name", "dtype", "shape", "min", "max", "mean"]]
    for (index, value) in values.enumerated() {
      rows.append([String(index), name(index)] + Self.facts(of: value))
    }
    var text = Self.table(rows)
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

  private func name(_ index: Int) -> String { outputName(index) ?? "-" }

  /// The node that computes an output; nil for a constant.
  private func outputName(_ index: Int) -> String? { index < names.count ? names[index] : nil }

  private static func facts(of value: IValue) -> [String] {
    switch value {
    case .tensor(let tensor):
      let summary = try? TensorSummary(tensor)
      let numbers = [summary?.min, summary?.max, summary?.mean].map { number in
        number.map { short($0) } ?? "-"
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

  /// Returns a number with six significant digits.
  private static func short(_ value: Double) -> String {
    if value.isNaN || value.isInfinite || value == 0 { return PythonText.float(value) }
    let size = abs(value)
    if size >= 1e7 || size < 1e-5 {
      let text = PythonText.float(rounded(value, to: 6))
      return text
    }
    return PythonText.float(rounded(value, to: 6))
  }

  /// Rounds a number to so many significant digits.
  private static func rounded(_ value: Double, to digits: Int) -> Double {
    var scale = 1.0
    var size = abs(value)
    while size >= 10 {
      size /= 10
      scale /= 10
    }
    while size < 1 {
      size *= 10
      scale *= 10
    }
    for _ in 1..<digits { scale *= 10 }
    return (value * scale).rounded() / scale
  }

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
      ("outputs", .array(values.indices.map { Self.json($0, outputName($0), values[$0]) }))
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

  private static func json(_ index: Int, _ name: String?, _ value: IValue) -> JSONOutput {
    var entries: [(String, JSONOutput)] = [
      ("position", .int(index)), ("name", name.map { .string($0) } ?? .null),
    ]
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
    return .object(entries)
  }

  private static func json(_ total: Profiler.Total) -> JSONOutput {
    .object([
      ("name", .string(total.name)), ("count", .int(total.count)),
      ("nanoseconds", .int(total.duration)), ("peak_bytes", .int(total.peakBytes)),
    ])
  }
}
