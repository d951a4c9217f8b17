import FXGraph
import FXOperators

extension OperatorRegistry {
  /// All that FXKit knows of PyTorch's operators, family by family.
  public static let pyTorch = OperatorRegistry(
    definitions: families.flatMap { $0 }, functions: PythonFunction.all,
    higherOrder: HigherOrderOperator.all)

  private static let families: [[OperatorDefinition]] = [
    SymbolicOperators.all,
    ShapeViews.all,
    DimensionViews.all,
    PartViews.all,
    SplittingViews.all,
    ViewCopies.all,
    InPlaceViews.all,
    ScatteringViews.all,
    GatheringOperators.all,
    ScatteringOperators.all,
    IndexedWritingOperators.all,
    IndexingBackward.all,
    EmbeddingOperators.all,
    BoxOperators.all,
    RegionOperators.all,
    AudioOperators.all,
    JoiningOperators.all,
    RepeatingOperators.all,
    DiagonalOperators.all,
    PaddingOperators.all,
    RandomCreation.all,
    RandomFilling.all,
    DropoutOperators.all,
    PhiloxOperators.all,
    PointwiseArithmetic.all.elementwise,
    PointwisePowers.all.elementwise,
    PointwiseComparisons.all.elementwise,
    PointwiseMath.all.elementwise,
    PointwiseActivations.all.elementwise,
    PointwiseAliases.all.elementwise,
    PointwiseComplex.all.elementwise,
    SpecialFunctions.all.elementwise,
    SpecialBinaryFunctions.all.elementwise,
    ActivationBackward.all.elementwise,
    RandomizedReLU.all,
    TensorPredicates.all,
    DTypePredicates.all,
    StoragePredicates.all,
    Creation.all,
    RangeCreation.all,
    WindowCreation.all,
    Conversions.all,
    SumOperators.all,
    ExtremeOperators.all,
    MomentOperators.all,
    NormOperators.all,
    SoftmaxOperators.all,
    CumulativeOperators.all,
    SortingOperators.all,
    MatrixProducts.all,
    VectorProducts.all,
    Contractions.all,
    GroupedProducts.all,
    LUOperators.all,
    TriangularOperators.all,
    OrthogonalOperators.all,
    SpectralOperators.all,
    RankOperators.all,
    MatrixNormOperators.all,
    ConvolutionOperators.all,
    Im2Col.all,
    MaximumPooling.all,
    AveragePooling.all,
    SearchOperators.all,
    HistogramOperators.all,
    CountingOperators.all,
    DifferenceOperators.all,
    FiniteDifferences.all,
    QuantileOperators.all,
    AttentionOperators.all,
    RecurrentOperators.all,
    BatchNormOperators.all,
    LayerNormOperators.all,
    NormalisationBackward.all,
    RegressionLosses.all,
    MarginLosses.all,
    ClassificationLosses.all,
    SequenceLosses.all,
    LinearCrossEntropy.all,
    DistanceOperators.all,
    UpsamplingOperators.all,
    SamplingOperators.all,
    FourierOperators.all,
    SpectrumOperators.all,
    FrequencyOperators.all,
    ShortTimeFourier.all,
    PrimOperators.all,
    FakeQuantization.all,
    QuantizedDecomposed.all,
    QuantizationParameters.all,
    UncomputedOperators.all,
  ]
}

extension OperatorLibrary {
  /// Creates a library that knows the operators of PyTorch.
  public convenience init(context: GraphContext) {
    self.init(context: context, registry: .pyTorch)
  }
}

extension DeclaredOperators {
  /// Starts without operators; those of PyTorch can't be declared anew.
  public init() { self.init(besides: .pyTorch) }
}
