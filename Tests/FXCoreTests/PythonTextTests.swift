import FXCore
import Testing

struct PythonTextTests {
  /// `float(f"{value:.5e}")` in Python.
  @Test(arguments: [
    (1.0, "1.0"), (-2.362969875, "-2.36297"), (0.0327627, "0.0327627"), (999_999.5, "1000000.0"),
    (123_456_789, "123457000.0"), (1.23456789e-7, "1.23457e-07"), (1e300, "1e+300"),
    (0x1p-1074, "5e-324"), (-0.0, "-0.0"), (.infinity, "inf"), (.nan, "nan"),
    (1.7976931348623157e308, "1.79769e+308"),
  ])
  func numbersAreRoundedToDigits(value: Double, text: String) {
    #expect(PythonText.float(value, digits: 6) == text)
  }

  @Test func allDigitsAreTheNumber() {
    for value in [0.1, 1.0 / 3, 0x1p-1074, 123456.789e20] {
      #expect(PythonText.float(value, digits: 17) == PythonText.float(value))
    }
  }
}
