/// What differs between two programs or graph modules: their graphs and what stands beside them.
public struct ProgramDifference: Hashable, Sendable {
  /// The name of the first program in its archive; `model` elsewhere.
  public var modelName = "model"
  /// The graphs that differ, the program's own first.
  public var graphs: [GraphDifference] = []
  /// What differs beside graphs, in the order in which it is shown.
  public var facts: [FactDifference] = []
  /// What could not be compared, in words.
  public var notes: [String] = []

  /// Makes an empty difference.
  public init() {}

  /// Tells whether nothing differs.
  public var isEmpty: Bool { graphs.isEmpty && facts.isEmpty }
}

/// What differs between two graphs, node by node and as text.
public struct GraphDifference: Hashable, Sendable {
  /// The path of the submodule whose graph it is; empty for the program's own.
  public var path: String
  /// The nodes that differ, in order.
  public var changes: [NodeChange] = []
  /// The same as lines of text with context.
  public var hunks: [Hunk] = []

  /// A stretch of lines that differ, with some that don't around it.
  public struct Hunk: Hashable, Sendable {
    /// The position of the first node in the first graph, from 1.
    public var startA: Int
    /// How many nodes of the first graph there are.
    public var countA: Int
    /// The position of the first node in the second graph, from 1.
    public var startB: Int
    /// How many nodes of the second graph there are.
    public var countB: Int
    /// The lines, in order.
    public var lines: [Line]
  }

  /// One line of a hunk.
  public struct Line: Hashable, Sendable {
    /// Tells whose line it is.
    public var side: Side
    /// The text form of a node, or a text of its metadata.
    public var text: String

    /// Makes a line.
    public init(_ side: Side, _ text: String) {
      self.side = side
      self.text = text
    }
  }

  /// Whose line a line is.
  public enum Side: String, Hashable, Sendable {
    case both = " "
    case first = "-"
    case second = "+"
  }
}

/// How one node differs.
public struct NodeChange: Hashable, Sendable {
  /// What can differ between two nodes.
  public enum Aspect: String, Hashable, Sendable, CaseIterable {
    case name
    case position
    case target
    case arguments
    case type
    case value
    case metadata
  }

  /// One text of metadata that differs; nil where a node lacks it.
  public struct Text: Hashable, Sendable {
    /// The key: `stack_trace`.
    public var key: String
    /// The first node's text.
    public var a: String?
    /// The second node's text.
    public var b: String?
  }

  /// The name in the first graph; nil for an added node.
  public var nameA: String?
  /// The name in the second graph; nil for a removed node.
  public var nameB: String?
  /// The line of the text form in the first graph.
  public var textA: String?
  /// The line of the text form in the second graph.
  public var textB: String?
  /// What differs, for a node that both graphs have.
  public var aspects: [Aspect] = []
  /// The texts of metadata that differ.
  public var metadata: [Text] = []
}

/// What differs in one list of facts: inputs, ranges, weights.
public struct FactDifference: Hashable, Sendable {
  /// One fact that differs; nil where one side lacks it.
  public struct Change: Hashable, Sendable {
    /// The fact on the first side.
    public var a: String?
    /// The fact on the second side.
    public var b: String?

    /// Makes a change.
    public init(_ a: String?, _ b: String?) {
      self.a = a
      self.b = b
    }
  }

  /// The part that the facts belong to.
  public var part: DifferencePart
  /// What the facts are: `inputs`.
  public var title: String
  /// The facts that differ, in order.
  public var changes: [Change]
}
