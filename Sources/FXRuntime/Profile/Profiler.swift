import FXCore
import FXGraph
import FXOperators
import FXTensor
import Glibc

/// Measures what the nodes of runs take: time, and memory of storages.
///
///     let profiler = Profiler()
///     profiler.attach(to: runner.interpreter)
public final class Profiler {
  /// One node's turn.
  public struct Event: Sendable {
    /// The node's name.
    public let node: String
    /// What the node calls: `aten.add.Tensor`.
    public let target: String
    /// The paths of the modules that the node is of, the outermost first.
    public let modules: [String]
    /// When it began, in nanoseconds since the profiler was made.
    public let start: Int
    /// How long it took, in nanoseconds; graphs that it runs are included.
    public let duration: Int
    /// How much of the time was that of nodes of graphs that it ran, in nanoseconds.
    public let innerDuration: Int
    /// How many graphs run around the node.
    public let depth: Int
    /// The most bytes that were owned above what was before.
    public let peakBytes: Int
    /// The bytes that are owned more, or fewer, afterwards.
    public let keptBytes: Int
  }

  /// What all turns of an operator or module took.
  public struct Total: Sendable {
    /// The operator or module.
    public let name: String
    /// How many turns there were.
    public fileprivate(set) var count = 0
    /// The time, in nanoseconds.
    public fileprivate(set) var duration = 0
    /// The most bytes that one turn needed.
    public fileprivate(set) var peakBytes = 0
  }

  /// All turns, in the order in which they ended.
  public private(set) var events: [Event] = []
  private let origin = Profiler.now()
  private var depth = 0
  private var inner = 0
  private var modulePaths: [MetadataID: [String]] = [:]

  /// Starts without events.
  public init() {}

  /// Has the nodes of an interpreter's runs measured.
  public func attach(to interpreter: Interpreter) {
    interpreter.hooks.measure = { [self] node, run in try measure(node, run) }
  }

  /// Returns totals by operator, the longest first; what an operator's graphs take is not its own.
  public var operators: [Total] {
    total {
      [$0.target]
    } duration: {
      $0.duration - $0.innerDuration
    }
  }

  /// Returns totals by module path, the longest first; modules include the modules inside.
  public var modules: [Total] {
    total {
      $0.modules
    } duration: {
      $0.duration - $0.innerDuration
    }
  }

  private func total(
    by names: (Event) -> [String], duration: (Event) -> Int
  ) -> [Total] {
    var indices: [String: Int] = [:]
    var totals: [Total] = []
    for event in events {
      for name in names(event) {
        let index = indices[name] ?? totals.count
        if index == totals.count {
          indices[name] = index
          totals.append(Total(name: name))
        }
        totals[index].count += 1
        totals[index].duration += duration(event)
        totals[index].peakBytes = max(totals[index].peakBytes, event.peakBytes)
      }
    }
    return totals.sorted { ($1.duration, $0.name) < ($0.duration, $1.name) }
  }

  private func measure(_ node: Node, _ run: () throws -> IValue) throws -> IValue {
    let outerInner = inner
    inner = 0
    depth += 1
    let before = StorageUse.bytes
    // The peak of a node that runs graphs is that of the last of them: each starts it anew.
    StorageUse.resetPeak()
    let start = Self.now()
    defer { depth -= 1 }
    let result = try run()
    let duration = Self.now() - start
    events.append(
      Event(
        node: node.name, target: Self.name(of: node), modules: modules(of: node),
        start: start - origin, duration: duration, innerDuration: inner, depth: depth - 1,
        peakBytes: max(StorageUse.peak - before, 0), keptBytes: StorageUse.bytes - before))
    inner = outerInner + duration
    return result
  }

  private static func name(of node: Node) -> String {
    let target = node.target
    return target.hasPrefix("torch.ops.") ? String(target.dropFirst(10)) : target
  }

  /// Returns the paths that a node's `nn_module_stack` names.
  private func modules(of node: Node) -> [String] {
    if let known = modulePaths[node.metadataID] { return known }
    var paths: [String] = []
    // KEY,PATH,TYPE;KEY,PATH,TYPE;… where the outermost path is empty.
    for entry in (node.metadata("nn_module_stack") ?? "").split(separator: ";") {
      let parts = entry.split(separator: ",", omittingEmptySubsequences: false)
      guard parts.count >= 3 else { continue }
      let path = parts[1].hasPrefix("L['self'].") ? parts[1].dropFirst(10) : parts[1]
      let name = path.isEmpty || path == "L['self']" ? "(model)" : String(path)
      if !paths.contains(name) { paths.append(name) }
    }
    modulePaths[node.metadataID] = paths
    return paths
  }

  private static func now() -> Int {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return time.tv_sec * 1_000_000_000 + time.tv_nsec
  }
}
