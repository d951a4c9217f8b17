import FXCore
import FXExport
import FXTestSupport
import Testing

/// Shapes for a fixture and what must be said of them.
struct InputCase: Sendable, CustomTestStringConvertible {
  let fixture: String
  let shapes: String
  /// Guards to be put in place of the fixture's own.
  var guards: [String]?
  /// All findings in order: the code, and parts of the sentence that name the place and values.
  let expected: [(code: FXError.Code, parts: [String])]

  init(
    _ fixture: String, _ shapes: String, guards: [String]? = nil,
    _ expected: [(FXError.Code, [String])]
  ) {
    self.fixture = "programs/\(fixture).json"
    self.shapes = shapes
    self.guards = guards
    self.expected = expected.map { (code: $0.0, parts: $0.1) }
  }

  var testDescription: String { "\(fixture) \(shapes)" }
}

@Suite struct InputCheckTests {
  static let cases: [InputCase] = [
    InputCase("derived-dims", #"{"x": [5, 3], "y": [6, 3], "z": [11, 2]}"#, []),
    InputCase(
      "derived-dims", #"{"x": [3, 3], "y": [4, 3], "z": [7, 2]}"#,
      [
        (.inputRange, ["'x'", "size 3", "dimension 0", "at least 4", "s77 in [4, 100]"]),
        (.inputRange, ["'y'", "size 4", "at least 5"]),
        (.inputRange, ["'z'", "size 7", "at least 9"]),
      ]),
    InputCase(
      "derived-dims", #"{"x": [5, 3], "y": [7, 3], "z": [11, 2]}"#,
      [
        (.inputSize, ["'y'", "size 7", "dimension 0", "needs 6", "s77 + 1", "s77 = 5"]),
        (.inputGuard, ["(L['y'].size()[0] + L['x'].size()[0]) == L['z'].size()[0]"]),
        (.inputGuard, ["dimension 0 of input 'y' is 7", "dimension 0 of input 'x' is 5"]),
      ]),
    InputCase(
      "derived-dims", #"{"z": [10, 2]}"#,
      [
        (.inputMissing, ["'x'"]), (.inputMissing, ["'y'"]),
        (.inputSize, ["'z'", "size 10", "of the form", "2*s77 + 1"]),
      ]),
    InputCase(
      "derived-dims", #"{"2": [203, 2]}"#,
      [
        (.inputMissing, ["'x'"]), (.inputMissing, ["'y'"]),
        (.inputRange, ["'z'", "size 101", "at most 100"]),
        (.inputRange, ["s77 + 1 is 102", "at most 101"]),
        (.inputRange, ["'z'", "size 203", "at most 201"]),
      ]),
    InputCase(
      "guarded-automatically", #"{"x": [7, 8]}"#,
      [
        (.inputGuard, ["(L['x'].size()[0] % 3) == 0", "dimension 0 of input 'x' is 7"]),
        (.inputGuard, ["L['x'].size()[0] > L['x'].size()[1]"]),
      ]),
    InputCase(
      "guarded-automatically", #"{"0": [6, 4, 2]}"#, [(.inputRank, ["'x'", "3 dim", "needs 2"])]),
    InputCase("strict-dynamic", #"{"x": [4, 3]}"#, []),
    InputCase(
      "strict-dynamic", #"{"x": [2, 3]}"#,
      [(.inputGuard, ["L['flat_args'][0]", "dimension 0 of input 'x' is 2"])]),
    InputCase(
      "strict-dynamic", #"{"x": [4, 5]}"#, [(.inputSize, ["size 5", "dimension 1", "needs 3"])]),
    InputCase("symbolic-int-input", #"{"x": [4, 3], "count": 5, "fixed": 7}"#, []),
    InputCase(
      "symbolic-int-input", #"{"x": [4, 3], "count": -1, "fixed": 8}"#,
      [
        (.inputConstant, ["'fixed'", "7"]),
        (.inputRange, ["'count' is -1", "at least 0", "not enforce"]),
        (.inputGuard, ["L['count'] >= 0"]), (.inputGuard, ["3*L['count']"]),
      ]),
    InputCase(
      "symbolic-int-input", #"{"x": 4, "count": [1], "nothing": 1}"#,
      [(.inputUnknown, ["'nothing'"]), (.inputKind, ["'x'"]), (.inputKind, ["'count'"])]),
    InputCase(
      "auto-dims", #"{"x": [6, 4, 3], "y": [5, 4]}"#,
      [
        (.inputSize, ["'y'", "size 5", "needs 6", "dimension 0 of input 'x'"]),
        (.inputGuard, ["L['x'].size()[0] == L['y'].size()[0]"]),
      ]),
    InputCase(
      "constant-inputs", #"{"x": [3], "count": 3, "scale": 0.5, "flag": false, "mode": "max"}"#,
      [
        (.inputConstant, ["'count'", "2"]), (.inputConstant, ["'flag'", "True"]),
        (.inputConstant, ["'mode'", "'sum'"]),
      ]),
  ]

  /// Guards by every kind of way to an input, all of which are wrong for the shapes.
  static let treeGuards: [InputCase] = [
    ("tree.b", "L['tree']['b']"), ("tree.a.0", "L['tree']['a'][0]"),
    ("tree.a.1.0", "L['tree']['a'][1][0]"), ("pair.first", "L['pair'].first"),
    ("pair.first", "L['pair'][0]"), ("pair.second.k", "L['pair'].second['k']"),
    ("boxed.right", "L['boxed'].right"), ("optional.1", "L['optional'][1]"),
    ("scale", "L['scale']"), ("extra.deep.0", "L['extra']['deep'][0]"),
    ("tree_a_0", "L['flat_args'][1]"), ("extra.deep.0", "L['flat_args'][10]"),
  ].map { path, access in
    InputCase(
      "pytree-inputs", #"{"\#(path)": [2]}"#, guards: ["\(access).size()[0] == 5"],
      [(.inputGuard, ["\(access).size()[0] == 5", "is 2"])])
  }

  @Test(arguments: cases + treeGuards)
  func violationsAreTold(_ input: InputCase) throws {
    var program = try readProgram(input.fixture)
    if let guards = input.guards { program.guardsCode = guards }
    let shapes = try Array(input.shapes.utf8).withUnsafeBytes { try InputShapes(json: $0) }
    var findings = program.findings(forInputs: shapes)
    if input.guards != nil || input.fixture.contains("constant") {
      findings.removeAll { $0.code == .inputMissing }
    }
    #expect(findings.map(\.code) == input.expected.map(\.code), "\(findings)")
    for (finding, expected) in zip(findings, input.expected) {
      let isWarning = finding.code == .inputMissing || finding.message.contains("not enforce")
      #expect(finding.isError == !isWarning)
      for part in expected.parts { #expect(finding.message.contains(part), "\(finding)") }
    }
  }

  /// PyTorch's `ep.module()` takes what is below a range that starts at 2 or less, and checks those of
  /// derived sizes, where a range starts later.
  @Test func lowerBoundsOfTwoAreNotEnforced() throws {
    var program = try readProgram("programs/derived-dims.json")
    program.guardsCode = []
    func findings(_ size: Int, _ least: Int) -> [Finding] {
      program.rangeConstraints[0].range.min = least
      let shapes = InputShapes([
        ("x", .tensor([size, 3])), ("y", .tensor([size + 1, 3])),
        ("z", .tensor([2 * size + 1, 2])),
      ])
      return program.findings(forInputs: shapes)
    }
    let x = "range_constraints.s77"
    program.rangeConstraints = [program.rangeConstraints[0]]
    #expect(findings(2, 2) == [])
    for size in [0, 1] {
      let found = findings(size, 2)
      #expect(found.map(\.code) == [.inputRange] && found.first?.place.path == x)
      #expect(found.first?.isError == false)
      #expect(findings(size, 3).map(\.isError) == [true])
    }
    #expect(findings(2, 3).map(\.isError) == [true])
    #expect(findings(101, 2).map(\.isError) == [true])
  }

  /// What a program was traced with always fits it.
  @Test(arguments: ModelFixtures.all)
  func exampleShapesFit(_ path: String) throws {
    let program = try readProgram(path)
    var entries: [(name: String, shape: InputShape)] = []
    for (position, input) in ProgramInputs(of: program).inputs.enumerated() {
      guard let shape = example(input) else { continue }
      entries.append((String(position), shape))
    }
    let findings = program.findings(forInputs: InputShapes(entries)).filter {
      $0.code != .inputMissing
    }
    #expect(findings == [])
  }

  private func example(_ input: ProgramInputs.Input) -> InputShape? {
    func number(_ size: SymInt) -> Int? {
      switch size {
      case .int(let value): return value
      case .expr(let expression):
        if case .int(let hint)? = expression.hint { return hint }
        return nil
      }
    }
    switch input.constant {
    case .int(let value)?: return .int(value)
    case .float(let value)?: return .float(value)
    case .bool(let value)?: return .bool(value)
    case .string(let value)?: return .string(value)
    case ConstantValue.none?: return InputShape.none
    case nil: break
    }
    switch input.value {
    case .tensor(let meta)?:
      let sizes = meta.sizes.compactMap(number)
      return sizes.count == meta.sizes.count ? .tensor(sizes) : nil
    case .symInt(let size)?: return number(size).map { .int($0) }
    default: return nil
    }
  }

  @Test func unreadableGuardsAreWarnings() throws {
    var program = try readProgram("programs/strict-dynamic.json")
    program.guardsCode = ["evil(L['x'])", "L['nowhere'].size()[0] == 1", "L['x'].stride()[0] == 3"]
    let findings = program.findings(forInputs: InputShapes([("x", .tensor([4, 3]))]))
    #expect(findings.map(\.code) == [.inputUnchecked, .inputUnchecked, .inputUnchecked])
    #expect(findings.allSatisfy { !$0.isError })
    #expect(findings.map(\.place.path) == ["guards_code[0]", "guards_code[1]", "guards_code[2]"])
  }

  @Test(arguments: [
    ("[1]", FXError.Code.jsonKind), (#"{"x": [-1]}"#, .inputShape), (#"{"x": {}}"#, .inputShape),
    (#"{"x": [1.5]}"#, .jsonKind), (#"{"x": 1, "x": 2}"#, .jsonDuplicateKey),
    (#"{"x": [1"#, .jsonTruncated), (#"{"x": [99999999999999999999]}"#, .jsonNumber),
    (#"{"x": [[1]]}"#, .jsonKind),
  ])
  func badShapesAreErrors(text: String, code: FXError.Code) {
    let error = #expect(throws: FXError.self) {
      try Array(text.utf8).withUnsafeBytes { try InputShapes(json: $0) }
    }
    #expect(error?.code == code)
    #expect(error?.place.offset != nil)
  }
}
