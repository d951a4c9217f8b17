import FXKernels
import Testing

/// Numbers of PyTorch's generator (`torch.manual_seed`, `random_`).
struct RandomGeneratorTests {
  @Test func drawsTheBitsOfTheMersenneTwister() {
    let generator = RandomGenerator(seed: 5489)
    #expect(
      (0..<4).map { _ in generator.next32() } == [
        3_499_211_612, 581_869_302, 3_890_346_734, 3_586_334_585,
      ])
  }
}
