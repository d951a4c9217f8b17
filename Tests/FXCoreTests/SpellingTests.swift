import FXCore
import Testing

@Suite("Spelling")
struct SpellingTests {
  @Test(
    "Finds the name that somebody meant",
    arguments: [
      ("relpace-set-grad", "replace-set-grad"), ("replace_autocast", "replace-autocast"),
      ("ReLU", "relu"), ("reluu", "relu"), ("rleu", "relu"), ("el", "elu"),
      ("layer_nrom", "layer_norm"),
    ])
  func meant(name: String, expected: String) {
    let names = ["replace-set-grad", "replace-autocast", "relu", "elu", "layer_norm", ""]
    #expect(Spelling.nearest(to: name, among: names) == expected)
    #expect(Spelling.hint(for: name, among: names) == "; did you mean '\(expected)'?")
  }

  @Test("Names that are too different, too long or empty are not offered")
  func unlike() {
    let long = String(repeating: "a", count: 200)
    #expect(Spelling.nearest(to: "conv2d", among: ["relu", "addmm"]) == nil)
    #expect(Spelling.nearest(to: "", among: ["a", ""]) == nil)
    #expect(Spelling.nearest(to: "x", among: [""]) == nil)
    #expect(Spelling.nearest(to: long, among: [long + "b"]) == nil)
    #expect(Spelling.hint(for: "conv2d", among: []) == "")
  }

  @Test("The nearest of several wins, then the first")
  func order() {
    #expect(Spelling.nearest(to: "add_1", among: ["add_12", "add_2", "add_1_"]) == "add_12")
    #expect(Spelling.nearest(to: "abcdefg", among: ["abcxxfg", "abcdxfg"]) == "abcdxfg")
    #expect(Spelling.nearest(to: "abdc", among: ["abcd"]) == "abcd")
  }
}
