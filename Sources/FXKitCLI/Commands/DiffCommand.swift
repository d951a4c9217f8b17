import FXKit

extension Command {
  static let diff = Command(
    name: "diff",
    summary: "Compare two programs: graphs, signatures, weights.",
    discussion: """
      Nodes are matched by name, then by structure: a renamed node is shown as such, and an inserted
      one does not affect those after it. Weights are compared by content where both files are
      archives. Programs of archives that have several are paired by name. Differences
      in spelling that have no meaning don't count: fields left out, tags of arguments, the place of a
      weight in its storage.

      The output is that of 'diff -u': '-' for lines of A, '+' for lines of B. The exit status is 0
      if nothing differs, 1 if something does, and 2 for any error: a wrong command line, a file that
      can't be read. An error is a line on standard error and, with --json, an object with "file" and
      "error" on standard output.

      Parts that can be ignored:
      \(parts)
      """,
    operands: [
      Operand(
        name: "A",
        help: "A .pt2 archive, model JSON, FX JSON or FX text, detected from the content."),
      Operand(name: "B", help: "What is compared with it; '-' reads standard input, for A or B."),
    ],
    options: [
      .value(
        "ignore", "PARTS", "Leave out these parts, separated by commas: metadata,names.",
        choices: DifferencePart.allCases.map(\.rawValue), isRepeatable: true),
      .flag("summary", "Print counts only, a line for each graph or list that differs."),
      .flag("json", "Print what differs as one JSON object."),
      .flag("quiet", short: "q", "Print nothing; the exit status says whether they differ."),
      noPagerOption,
      modelOption,
    ],
    examples: [
      ("fxkit diff old.pt2 new.pt2", "Shows what has changed between two exports."),
      (
        "fxkit diff --ignore metadata,versions a.pt2 b.pt2",
        "Ignores stack traces and versions."
      ),
    ],
    errorStatus: 2
  ) { arguments, console in
    let ignored = try Set(arguments.list("ignore").map { try part($0, arguments) })
    return try arguments.withErrorObject(console) { try diff(ignored, arguments, console) }
  }

  private static func diff(
    _ ignored: Set<DifferencePart>, _ arguments: Arguments, _ console: Console
  ) throws -> Int32 {
    let documents = try arguments.operands.map { path in
      try arguments.naming(path) { try Document.readAll(path, for: .pt2, arguments, console) }
    }
    let difference = try console.whileShowing("comparing") {
      try DocumentsDifference(between: documents[0], and: documents[1], ignoring: ignored)
    }
    if !arguments.has("quiet") {
      for note in Set(difference.programs.flatMap(\.notes)).sorted() { console.writeError(note) }
      let report = DifferenceReport(
        difference: difference, paths: arguments.operands, isBrief: arguments.has("summary"))
      if arguments.has("json") {
        try console.write(report.json.line)
      } else {
        var sink = console.outputSink()
        report.write(to: &sink)
        try sink.finish()
      }
    }
    return difference.isEmpty ? 0 : 1
  }

  private static let parts = DifferencePart.allCases.map {
    "  \(Help.pad($0.rawValue, 12)) \($0.summary)"
  }.joined(separator: "\n")

  private static func part(_ name: String, _ arguments: Arguments) throws -> DifferencePart {
    guard let part = DifferencePart(rawValue: name) else {
      let names = DifferencePart.allCases.map(\.rawValue).joined(separator: ", ")
      throw arguments.usage(
        "invalid value '\(name)' for --ignore: use \(names)"
          + Spelling.hint(for: name, among: DifferencePart.allCases.map(\.rawValue)))
    }
    return part
  }
}

/// Lays out what `diff` shows.
struct DifferenceReport {
  let difference: DocumentsDifference
  let paths: [String]
  /// Whether only counts are shown.
  let isBrief: Bool

  // MARK: Text

  func write(to sink: inout ByteSink) {
    if difference.isEmpty { return }
    sink.write("--- \(paths[0].singleLine())\n+++ \(paths[1].singleLine())\n")
    for program in difference.programs where !program.isEmpty {
      let label = difference.programs.count > 1 ? "model \(program.modelName), " : ""
      for graph in program.graphs { write(graph, label, to: &sink) }
      for facts in program.facts { write(facts, label, to: &sink) }
    }
    for facts in difference.facts { write(facts, "", to: &sink) }
  }

  private func write(_ graph: GraphDifference, _ label: String, to sink: inout ByteSink) {
    let title = label + (graph.path.isEmpty ? "graph" : "graph \(graph.path.singleLine())")
    if isBrief { return sink.write("\(title): \(counts(of: graph))\n") }
    for hunk in graph.hunks {
      sink.write("@@ -\(hunk.startA),\(hunk.countA) +\(hunk.startB),\(hunk.countB) @@ \(title)\n")
      for line in hunk.lines {
        sink.write(line.side.rawValue)
        sink.write(line.text)
        sink.write("\n")
      }
    }
  }

  private func counts(of graph: GraphDifference) -> String {
    var counts: [(String, Int)] = [
      ("removed", graph.changes.count { $0.nameB == nil }),
      ("added", graph.changes.count { $0.nameA == nil }),
    ]
    for aspect in NodeChange.Aspect.allCases {
      counts.append((aspect.rawValue, graph.changes.count { $0.aspects.contains(aspect) }))
    }
    return counts.filter { $0.1 > 0 }.map { "\($0.1) \($0.0)" }.joined(separator: ", ")
  }

  private func write(_ facts: FactDifference, _ label: String, to sink: inout ByteSink) {
    if isBrief {
      let counts = [
        ("removed", facts.changes.count { $0.b == nil }),
        ("added", facts.changes.count { $0.a == nil }),
        ("changed", facts.changes.count { $0.a != nil && $0.b != nil }),
      ].filter { $0.1 > 0 }.map { "\($0.1) \($0.0)" }
      return sink.write("\(label)\(facts.title): \(counts.joined(separator: ", "))\n")
    }
    sink.write("@@ \(label)\(facts.title) @@\n")
    for change in facts.changes {
      if let a = change.a { sink.write("-\(a)\n") }
      if let b = change.b { sink.write("+\(b)\n") }
    }
  }

  // MARK: JSON

  var json: JSONOutput {
    .object([
      ("equal", .bool(difference.isEmpty)), ("a", .string(paths[0])), ("b", .string(paths[1])),
      ("models", .array(difference.programs.map(json))),
      ("facts", .array(difference.facts.map(json))),
    ])
  }

  private func json(_ program: ProgramDifference) -> JSONOutput {
    .object([
      ("model", .string(program.modelName)), ("equal", .bool(program.isEmpty)),
      (
        "graphs",
        .array(
          program.graphs.map { graph in
            .object([
              ("path", .string(graph.path)), ("nodes", .array(graph.changes.map(json))),
            ])
          })
      ),
      ("facts", .array(program.facts.map(json))),
      ("notes", .array(program.notes.map { .string($0) })),
    ])
  }

  private func json(_ change: NodeChange) -> JSONOutput {
    let kind = change.nameA == nil ? "added" : change.nameB == nil ? "removed" : "changed"
    return .object([
      ("change", .string(kind)), ("a", json(change.nameA)), ("b", json(change.nameB)),
      ("differs_in", .array(change.aspects.map { .string($0.rawValue) })),
      ("a_text", json(change.textA)), ("b_text", json(change.textB)),
      (
        "metadata",
        .array(
          change.metadata.map {
            .object([("key", .string($0.key)), ("a", json($0.a)), ("b", json($0.b))])
          })
      ),
    ])
  }

  private func json(_ facts: FactDifference) -> JSONOutput {
    .object([
      ("part", .string(facts.part.rawValue)), ("title", .string(facts.title)),
      (
        "changes",
        .array(facts.changes.map { .object([("a", json($0.a)), ("b", json($0.b))]) })
      ),
    ])
  }

  private func json(_ text: String?) -> JSONOutput { text.map { .string($0) } ?? .null }
}
