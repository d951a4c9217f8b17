import FXCore
import Testing

@Suite struct SingleLineTests {
  @Test func escapesControlCharacters() {
    #expect("a\nb\u{1B}[31m\u{7F}ü".singleLine() == "a\\u{a}b\\u{1b}[31m\\u{7f}ü")
  }

  @Test func leavesOutTheMiddleOfALongText() {
    #expect("abcdefgh".singleLine(limit: 8) == "abcdefgh")
    #expect("äöüäöüäö".singleLine(limit: 8) == "äöüäöüäö")
    #expect("abcdefghi".singleLine(limit: 5) == "abc … hi")
  }
}
