import FXCore

/// A module of a module tree: a class name and named members, in order (`torch.nn.Module`).
///
/// Modules without a graph stand for leaves that tracing did not look into (`torch.nn.Linear`) and
/// for containers on the way to them.
public class Module {
  /// What a module can hold under a name.
  public enum Member {
    case module(Module)
    /// A parameter, buffer or constant, by its metadata; the data is the program's.
    case tensor(TensorMeta, isParameter: Bool)
    /// Any other Python object, by its `repr`.
    case object(String)
  }

  /// The qualified name of the Python class.
  public var className: String
  /// Names and members in the order in which they were added.
  public private(set) var members: [(name: String, member: Member)] = []
  private var indices: [String: Int] = [:]

  /// Creates a module without members.
  public init(className: String = "torch.nn.modules.module.Module") {
    self.className = className
  }

  /// Reads, adds, replaces or removes (nil) a direct member. Replacing keeps the position.
  public subscript(name: String) -> Member? {
    get { indices[name].map { members[$0].member } }
    set {
      switch (indices[name], newValue) {
      case (let index?, let member?): members[index].member = member
      case (nil, let member?):
        indices[name] = members.count
        members.append((name, member))
      case (let index?, nil):
        members.remove(at: index)
        indices = Dictionary(
          uniqueKeysWithValues: members.enumerated().map { ($1.name, $0) })
      case (nil, nil): break
      }
    }
  }

  /// Removes the direct members of several names at once, in one pass over all members.
  public func removeMembers(named names: Set<String>) {
    if names.isEmpty { return }
    replaceMembers(with: members.filter { !names.contains($0.name) })
  }

  /// Makes the direct members those of a list.
  func replaceMembers(with list: [(name: String, member: Member)]) {
    members = list
    indices = Dictionary(uniqueKeysWithValues: list.enumerated().map { ($1.name, $0) })
  }

  /// Finds a member by a dotted path: `layers.0.weight`.
  public func member(at path: some StringProtocol) -> Member? {
    if let direct = self[String(path)] { return direct }
    guard let dot = path.firstIndex(of: "."), case .module(let child)? = self[String(path[..<dot])]
    else { return nil }
    return child.member(at: path[path.index(after: dot)...])
  }

  /// Finds a graph module by a dotted path.
  public func graphModule(at path: some StringProtocol) -> GraphModule? {
    guard case .module(let module)? = member(at: path) else { return nil }
    return module as? GraphModule
  }

  /// Adds a member at a dotted path, with containers on the way (torch.fx's `add_submodule`).
  ///
  /// Where a path has more than `pathDepthLimit` parts, those behind the limit make one name.
  ///
  /// - Returns: whether it could be added: false where something on the way is no module.
  @discardableResult
  public func add(_ member: Member, at path: some StringProtocol) -> Bool {
    let parts = path.split(
      separator: ".", maxSplits: Self.pathDepthLimit, omittingEmptySubsequences: false)
    var module = self
    for part in parts.dropLast() {
      let name = String(part)
      if module[name] == nil { module[name] = .module(Module()) }
      guard case .module(let child)? = module[name] else { return false }
      module = child
    }
    module[parts.last.map { String($0) } ?? ""] = member
    return true
  }

  /// How many containers `add` makes: walks over module trees are recursive, and a name from a file
  /// may have any number of dots.
  static var pathDepthLimit: Int { Limits.modulePathDepth.value }

  /// Removes the member at a dotted path.
  ///
  /// - Returns: whether there was one.
  @discardableResult
  public func remove(at path: some StringProtocol) -> Bool {
    if self[String(path)] != nil {
      self[String(path)] = nil
      return true
    }
    guard let dot = path.firstIndex(of: "."), case .module(let child)? = self[String(path[..<dot])]
    else { return false }
    return child.remove(at: path[path.index(after: dot)...])
  }

  /// Returns the direct submodules that have graphs, in order.
  public var childGraphModules: [(name: String, module: GraphModule)] {
    members.compactMap { entry in
      guard case .module(let module) = entry.member, let graphModule = module as? GraphModule
      else { return nil }
      return (entry.name, graphModule)
    }
  }

  /// Returns the paths of all members below, depth first, in order.
  public var memberPaths: [String] {
    members.flatMap { entry -> [String] in
      guard case .module(let module) = entry.member else { return [entry.name] }
      return [entry.name] + module.memberPaths.map { "\(entry.name).\($0)" }
    }
  }

  /// Returns a deep copy in which graphs belong to `context`.
  func copy(into context: GraphContext) -> Module {
    let result = Module(className: className)
    result.copyMembers(of: self, into: context)
    return result
  }

  func copyMembers(of source: Module, into context: GraphContext) {
    for (name, member) in source.members {
      if case .module(let module) = member {
        self[name] = .module(module.copy(into: context))
      } else {
        self[name] = member
      }
    }
  }
}
