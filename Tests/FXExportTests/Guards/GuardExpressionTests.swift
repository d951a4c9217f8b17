import FXCore
import Testing

@Suite struct GuardExpressionTests {
  /// Guards with what they come to where `a`, `b` and `n` are 6, 4 and -3, as Python has it.
  static let guards: [(text: String, holds: Bool)] = [
    ("L['x'].size()[0] == 6", true), ("2 <= L['x'].size()[1] <= 3", false),
    ("2 <= L['x'].size()[1] < 5 != L['n']", true), ("not (L['x'].size()[0] == 6)", false),
    ("not L['x'].size()[0] == 5 and L['n'] < 0", true),
    ("L['x'].size()[0] % 4 == 2 or 1 // 0 == 1", true), ("L['n'] % 2 == 1", true),
    ("L['n'] // 2 == -2", true), ("-L['n']**2 == -9", true), ("2**-1 == 0.5", true),
    ("L['x'].size()[0] / L['x'].size()[1] == 1.5", true),
    ("((-1) + L['x'].size()[0]) != 5", false), ("3*L['n']*L['x'].size()[0] >= 2", false),
    ("torch.sym_max(L['x'].size()[0], L['n']) > 3", true), ("max(1, 2, L['n']) == 2", true),
    ("math.floor(L['x'].size()[1] / 3) == 1", true), ("math.ceil(L['n'] / 2) == -1", true),
    ("((6.0 / (torch.sym_float(L['x'].size()[1])))) > 1.5", false),
    ("(1 if L['n'] > 0 else 2) == 2", true), ("L['x'].shape[-1] == 4", true),
    ("L['x'].size(0) == L[\"x\"].size()[0]", true), ("L['x'].ndim == 2", true),
    ("L['x'].dim() == 2 and L['x'].numel() == 24", true), ("abs(L['n']) == 3", true),
    ("L['x'].size()[0] << 1 == 12", true), ("L['x'].size()[0] & 3 | 1 == 3", true),
    ("round(L['x'].size()[0] / 4) == 2", true), ("int(-1.5) == -1", true),
    ("math.sqrt(float(L['x'].size()[1])) == 2", true), ("True", true), ("False or True", true),
  ]

  @Test(arguments: guards)
  func guardsHoldAsInPython(text: String, holds: Bool) throws {
    let found = try GuardExpression(text).holds { source in
      switch source.property {
      case .size(let axis): .integer(axis == 0 ? 6 : 4)
      case .rank: .integer(2)
      case .elementCount: .integer(24)
      default: .integer(-3)
      }
    }
    #expect(found == holds)
  }

  @Test func stepsAreRead() throws {
    let text = "L['d']['a'][0].left.size()[1] == L['flat_args'][2].storage_offset()"
    let sources = try GuardExpression(text).sources.values
    #expect(
      Set(sources) == [
        GuardSource(
          steps: [.key("d"), .key("a"), .index(0), .attribute("left")], property: .size(1)),
        GuardSource(steps: [.key("flat_args"), .index(2)], property: .storageOffset),
      ])
  }

  static let faults: [(text: String, code: FXError.Code, offset: Int?)] = [
    ("L", .symbolicSyntax, 1), ("L['x'", .symbolicSyntax, 5),
    ("L['x'].size()", .symbolicSyntax, 13),
    ("L['x'].size()[0] ==", .symbolicSyntax, 19), ("L['x'].evil() == 1", .symbolicFunction, 0),
    ("__import__('os').system('x')", .symbolicSyntax, 11), ("os.system(1)", .symbolicSyntax, 2),
    ("L['x'].size()[0] is None", .symbolicSyntax, 17), ("lambda: 1", .symbolicSyntax, 6),
    ("math.evil(1) == 2", .symbolicFunction, 0), ("open(1) == 2", .symbolicFunction, 0),
    ("L['x'].size()[99999999999999999999] == 1", .symbolicOverflow, 14),
    ("[1, 2] == 3", .symbolicSyntax, 0), ("", .symbolicSyntax, 0),
  ]

  @Test(arguments: faults)
  func whatIsNoGuardIsAnError(text: String, code: FXError.Code, offset: Int?) {
    let error = #expect(throws: FXError.self) { try GuardExpression(text) }
    #expect(error?.code == code)
    #expect(error?.place.offset == offset)
  }

  @Test func numbersAreNoConditions() throws {
    let sum = try GuardExpression("1 + 1")
    let error = #expect(throws: FXError.self) { try sum.holds { _ in nil } }
    #expect(error?.code == .symbolicKind)
  }

  @Test(arguments: ["not ", "(", "L['x']", "-", "max("])
  func deepGuardsAreErrors(_ part: String) {
    let text = String(repeating: part, count: 100_000)
    #expect(throws: FXError.self) { try GuardExpression(text) }
  }
}
