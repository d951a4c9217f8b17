// Written by tools/fixtures/symbolic.py. Do not edit.

/// Source, srepr, str, values at points and range of expressions.
let symbolicTable = #"""
  s77 + s77 :: Mul(#2, $s77) :: 2*s77 :: 4;10;14;2 :: 4;20
  2*(s77 + s27) :: Add(Mul(#2, $s27), Mul(#2, $s77)) :: 2*s27 + 2*s77 :: 10;14;38;4 :: 6;int_oo
  3*(s77 + s27)*2 :: Add(Mul(#6, $s27), Mul(#6, $s77)) :: 6*s27 + 6*s77 :: 30;42;114;12 :: 18;int_oo
  s77*s77*s27 :: Mul($s27, Pow($s77, #2)) :: s27*s77**2 :: 12;50;588;1 :: 4;int_oo
  (s77*s27)**2 :: Mul(Pow($s27, #2), Pow($s77, #2)) :: s27**2*s77**2 :: 36;100;7056;1 :: 4;int_oo
  (2*s77)**3 :: Mul(#8, Pow($s77, #3)) :: 8*s77**3 :: 64;1000;2744;8 :: 64;8000
  (s77**2)**3 :: Pow($s77, #6) :: s77**6 :: 64;15625;117649;1 :: 64;1000000
  sqrt(s77**2) :: $s77 :: s77 :: 2;5;7;1 :: 2;10
  sqrt(4*s77) :: Mul(#2, Pow($s77, Rational(1, 2))) :: 2*sqrt(s77) :: 2.8284271247461903;4.47213595499958;5.291502622129181;2 :: 2.8284271247461903;6.324555320336759
  s77 - s77 :: #0 :: 0 :: 0;0;0;0 :: 0;0
  1 - s77 :: Add(#1, Mul(#-1, $s77)) :: 1 - s77 :: -1;-4;-6;0 :: -9;-1
  2 - 3*s77*s27 :: Add(Mul(#-1, #3, $s27, $s77), #2) :: -3*s27*s77 + 2 :: -16;-28;-250;-1 :: -int_oo;-4
  s77/2 + s77/2 :: $s77 :: s77 :: 2;5;7;1 :: 2;10
  s77/2 :: Mul(Rational(1, 2), $s77) :: s77/2 :: 1;5/2;7/2;1/2 :: 1;5
  s77/s27 :: Mul(Pow($s27, #-1), $s77) :: s77/s27 :: 2/3;5/2;7/12;1 :: -oo;oo
  -s77 - s27 :: Add(Mul(#-1, $s27), Mul(#-1, $s77)) :: -s27 - s77 :: -5;-7;-19;-2 :: -int_oo;-3
  (s77 + 1)*(s27 - 1) :: Mul(Add($s27, #-1), Add($s77, #1)) :: (s27 - 1)*(s77 + 1) :: 6;6;88;0 :: 0;int_oo
  -(s77 + 1)*u0 :: Mul($u0, Add(Mul(#-1, $s77), #-1)) :: u0*(-s77 - 1) :: 0;18;-32;-2 :: -220;44
  s77**2 + s27**2 + s77*s27 + u0*3 - 7 :: Add(Pow($s27, #2), Mul($s27, $s77), Pow($s77, #2), Mul(#3, $u0), #-7) :: s27**2 + s27*s77 + s77**2 + 3*u0 - 7 :: 12;23;282;-1 :: -12;int_oo
  s77*u0**2 + u0**3 - 7 + s27**2*u0 :: Add(Mul(Pow($s27, #2), $u0), Mul($s77, Pow($u0, #2)), Pow($u0, #3), #-7) :: s27**2*u0 + s77*u0**2 + u0**3 - 7 :: -7;-1;745;-4 :: -int_oo;int_oo
  Rational(2, 3)*s77 + Rational(1, 3)*s77 :: $s77 :: s77 :: 2;5;7;1 :: 2;10
  0.5*s77 + 0.25*s27 :: Add(Mul(Float('0.25', precision=53), $s27), Mul(Float('0.5', precision=53), $s77)) :: 0.25*s27 + 0.5*s77 :: 1.75;3.0;6.5;0.75 :: 1.25;oo
  1.5*(s77 + s27) :: Add(Mul(Float('1.5', precision=53), $s27), Mul(Float('1.5', precision=53), $s77)) :: 1.5*s27 + 1.5*s77 :: 7.5;10.5;28.5;3.0 :: 4.5;oo
  FloorDiv(4*s77, 2) :: Mul(#2, $s77) :: 2*s77 :: 4;10;14;2 :: 4;20
  FloorDiv(4*s77 + 1, 2) :: Mul(#2, $s77) :: 2*s77 :: 4;10;14;2 :: 4;20
  FloorDiv(4*s77 + 6, 8) :: FloorDiv(Add(Mul(#2, $s77), #3), #4) :: ((2*s77 + 3)//4) :: 1;3;4;1 :: 1;5
  FloorDiv(s77*s27, s27) :: $s77 :: s77 :: 2;5;7;1 :: 2;10
  FloorDiv(FloorDiv(s77, 2), 3) :: FloorDiv($s77, #6) :: (s77//6) :: 0;0;1;0 :: 0;1
  FloorDiv(s77*u0 + s77, s77*3) :: FloorDiv(Add($u0, #1), #3) :: ((u0 + 1)//3) :: 0;-1;1;0 :: -1;7
  FloorDiv(0, s77) :: #0 :: 0 :: 0;0;0;0 :: 0;0
  FloorDiv(s77, 1) :: $s77 :: s77 :: 2;5;7;1 :: 2;10
  FloorDiv(u0, -1) :: Mul(#-1, $u0) :: -u0 :: 0;3;-4;-1 :: -20;4
  FloorDiv(s77 + s27, 2) :: FloorDiv(Add($s27, $s77), #2) :: ((s27 + s77)//2) :: 2;3;9;1 :: 1;int_oo
  CleanDiv(s77*4, s27) :: CleanDiv(Mul(#4, $s77), $s27) :: ((4*s77)//s27) :: 2;10;2;4 :: 0;40
  CeilDiv(s77, 4) :: FloorDiv(Add($s77, #3), #4) :: ((s77 + 3)//4) :: 1;2;2;1 :: 1;3
  CeilDiv(4*s77, 4) :: $s77 :: s77 :: 2;5;7;1 :: 2;10
  CeilDiv(s77 + 3, s27) :: FloorDiv(Add($s27, $s77, #2), $s27) :: ((s27 + s77 + 2)//s27) :: 2;4;1;4 :: 0;int_oo
  Mod(s77, 3) :: Mod($s77, #3) :: Mod(s77, 3) :: 2;2;1;1 :: 0;2
  Mod(6*s77, 3) :: #0 :: 0 :: 0;0;0;0 :: 0;0
  Mod(2*s77 + 1, 2) :: #1 :: 1 :: 1;1;1;1 :: 1;1
  Mod(s77, s77) :: #0 :: 0 :: 0;0;0;0 :: 0;0
  Mod(s77*2, s77) :: #0 :: 0 :: 0;0;0;0 :: 0;0
  PythonMod(u0, 3) :: PythonMod($u0, #3) :: PythonMod(u0, 3) :: 0;0;1;1 :: 0;2
  PythonMod(u0, -3) :: PythonMod($u0, #-3) :: PythonMod(u0, -3) :: 0;0;-2;-2 :: -2;0
  PythonMod(3*u0, 3) :: #0 :: 0 :: 0;0;0;0 :: 0;0
  ModularIndexing(s77, 2, 3) :: ModularIndexing($s77, #2, #3) :: ModularIndexing(s77, 2, 3) :: 1;2;0;0 :: 0;2
  ModularIndexing(4*s77, 2, 3) :: ModularIndexing(Mul(#2, $s77), #1, #3) :: ModularIndexing(2*s77, 1, 3) :: 1;1;2;2 :: 0;2
  ModularIndexing(6*s77 + s27, 2, 3) :: ModularIndexing($s27, #2, #3) :: ModularIndexing(s27, 2, 3) :: 1;1;0;0 :: 0;2
  ModularIndexing(FloorDiv(s77, 2), 3, 5) :: ModularIndexing($s77, #6, #5) :: ModularIndexing(s77, 6, 5) :: 0;0;1;0 :: 0;1
  Max(s77, 1) :: $s77 :: s77 :: 2;5;7;1 :: 2;10
  Max(s77, 2) :: Max(#2, $s77) :: Max(2, s77) :: 2;5;7;2 :: 2;10
  Max(0, s77) :: $s77 :: s77 :: 2;5;7;1 :: 2;10
  Min(s77, 1) :: #1 :: 1 :: 1;1;1;1 :: 1;1
  Min(s77, 2*s77) :: $s77 :: s77 :: 2;5;7;1 :: 2;10
  Max(u0, 2*u0) :: Max($u0, Mul(#2, $u0)) :: Max(u0, 2*u0) :: 0;-3;8;2 :: -4;40
  Max(s77, s27, u0, 5, 3) :: Max(#5, $s27, $s77, $u0) :: Max(5, s27, s77, u0) :: 5;5;12;5 :: 5;int_oo
  Min(3, 3*s77) :: Min(#3, Mul(#3, $s77)) :: Min(3, 3*s77) :: 3;3;3;3 :: 3;3
  Max(s77, Max(s27, 2)) :: Max(#2, $s27, $s77) :: Max(2, s27, s77) :: 3;5;12;2 :: 2;int_oo
  Min(s77, Max(s27, u0)) :: Min($s77, Max($s27, $u0)) :: Min(s77, Max(s27, u0)) :: 2;2;7;1 :: 1;10
  Where(s77 > 2, s77, s27) :: Where(StrictGreaterThan($s77, #2), $s77, $s27) :: Where(s77 > 2, s77, s27) :: 3;5;7;1 :: 1;int_oo
  Where(s77 > 0, s77, s27) :: $s77 :: s77 :: 2;5;7;1 :: 2;10
  Where(s77 < 0, s77, s27) :: $s27 :: s27 :: 3;2;12;1 :: 1;int_oo
  IntTrueDiv(s77, 2) :: IntTrueDiv($s77, #2) :: IntTrueDiv(s77, 2) :: 1.0;2.5;3.5;0.5 :: 1.0;5.0
  IntTrueDiv(7, 2) :: Float('3.5', precision=53) :: 3.50000000000000 :: 3.5;3.5;3.5;3.5 :: 3.5;3.5
  FloatTrueDiv(s77, 2) :: FloatTrueDiv($s77, #2) :: FloatTrueDiv(s77, 2) :: 1.0;2.5;3.5;0.5 :: 1.0;5.0
  2*FloatTrueDiv(s77, 2) + 0.5 :: Add(Mul(#2, FloatTrueDiv($s77, #2)), Float('0.5', precision=53)) :: 2*(FloatTrueDiv(s77, 2)) + 0.5 :: 2.5;5.5;7.5;1.5 :: 2.5;10.5
  TruncToInt(IntTrueDiv(s77, 2)) :: TruncToInt(IntTrueDiv($s77, #2)) :: TruncToInt(IntTrueDiv(s77, 2)) :: 1;2;3;0 :: 1;5
  TruncToInt(IntTrueDiv(s77, 1)) :: $s77 :: s77 :: 2;5;7;1 :: 2;10
  TruncToInt(s77) :: $s77 :: s77 :: 2;5;7;1 :: 2;10
  TruncToInt(1.5*ToFloat(s77)) :: TruncToInt(Mul(Float('1.5', precision=53), ToFloat($s77))) :: TruncToInt(1.5*ToFloat(s77)) :: 3;7;10;1 :: 3;15
  CeilToInt(IntTrueDiv(s77, 2)) :: CeilToInt(IntTrueDiv($s77, #2)) :: CeilToInt(IntTrueDiv(s77, 2)) :: 1;3;4;1 :: 1;5
  FloorToInt(IntTrueDiv(s77, 2)) :: FloorToInt(IntTrueDiv($s77, #2)) :: FloorToInt(IntTrueDiv(s77, 2)) :: 1;2;3;0 :: 1;5
  RoundToInt(IntTrueDiv(s77, 2)) :: RoundToInt(IntTrueDiv($s77, #2)) :: RoundToInt(IntTrueDiv(s77, 2)) :: 1;2;4;0 :: 1;5
  RoundDecimal(IntTrueDiv(s77, 3), 2) :: RoundDecimal(IntTrueDiv($s77, #3), #2) :: RoundDecimal(IntTrueDiv(s77, 3), 2) :: 0.67;1.67;2.33;0.33 :: 0.67;3.33
  TruncToFloat(IntTrueDiv(s77, 2)) :: TruncToFloat(IntTrueDiv($s77, #2)) :: TruncToFloat(IntTrueDiv(s77, 2)) :: 1.0;2.0;3.0;0.0 :: 1.0;5.0
  ToFloat(s77) :: ToFloat($s77) :: ToFloat(s77) :: 2.0;5.0;7.0;1.0 :: 2.0;10.0
  ToFloat(3) :: Float('3.0', precision=53) :: 3.00000000000000 :: 3.0;3.0;3.0;3.0 :: 3.0;3.0
  FloatPow(ToFloat(s77), 2.0) :: FloatPow(ToFloat($s77), Float('2.0', precision=53)) :: FloatPow(ToFloat(s77), 2.0) :: 4.0;25.0;49.0;1.0 :: -oo;oo
  FloatPow(2.0, 0.5) :: Float('1.4142135623730951', precision=53) :: 1.41421356237310 :: 1.4142135623730951;1.4142135623730951;1.4142135623730951;1.4142135623730951 :: 1.4142135623730951;1.4142135623730951
  PowByNatural(s77, 3) :: Pow($s77, #3) :: s77**3 :: 8;125;343;1 :: 8;1000
  PowByNatural(s77, u0) :: PowByNatural($s77, $u0) :: PowByNatural(s77, u0) :: 1;!;2401;1 :: 1;int_oo
  PowByNatural(2, s77) :: PowByNatural(#2, $s77) :: PowByNatural(2, s77) :: 4;32;128;2 :: 4;1024
  PowByNatural(2, 10) :: #1024 :: 1024 :: 1024;1024;1024;1024 :: 1024;1024
  LShift(s77, 3) :: Mul(#8, $s77) :: 8*s77 :: 16;40;56;8 :: 16;80
  LShift(s77, s27) :: Mul($s77, PowByNatural(#2, $s27)) :: s77*(PowByNatural(2, s27)) :: 16;20;28672;2 :: 4;int_oo
  RShift(s77, 2) :: FloorDiv($s77, #4) :: (s77//4) :: 0;1;1;0 :: 0;2
  Identity(s77 + 1)*2 :: Mul(#2, Identity(Add($s77, #1))) :: 2*((s77 + 1)) :: 6;12;16;4 :: 6;22
  OpaqueUnaryFn_sqrt(ToFloat(s77)) :: OpaqueUnaryFn_sqrt(ToFloat($s77)) :: OpaqueUnaryFn_sqrt(ToFloat(s77)) :: 1.4142135623730951;2.23606797749979;2.6457513110645907;1.0 :: 1.4142135623730951;3.1622776601683795
  OpaqueUnaryFn_exp(ToFloat(s77)) :: OpaqueUnaryFn_exp(ToFloat($s77)) :: OpaqueUnaryFn_exp(ToFloat(s77)) :: 7.38905609893065;148.4131591025766;1096.6331584284585;2.718281828459045 :: 7.38905609893065;22026.465794806718
  OpaqueUnaryFn_log(ToFloat(s77)) :: OpaqueUnaryFn_log(ToFloat($s77)) :: OpaqueUnaryFn_log(ToFloat(s77)) :: 0.6931471805599453;1.6094379124341003;1.9459101490553132;0.0 :: 0.6931471805599453;2.302585092994046
  OpaqueUnaryFn_sqrt(4) :: Float('2.0', precision=53) :: 2.00000000000000 :: 2.0;2.0;2.0;2.0 :: 2.0;2.0
  OpaqueUnaryFn_sin(ToFloat(s77)) :: OpaqueUnaryFn_sin(ToFloat($s77)) :: OpaqueUnaryFn_sin(ToFloat(s77)) :: 0.9092974268256817;-0.9589242746631385;0.6569865987187891;0.8414709848078965 :: -1.0;1.0
  OpaqueUnaryFn_atan(ToFloat(s77)) :: OpaqueUnaryFn_atan(ToFloat($s77)) :: OpaqueUnaryFn_atan(ToFloat(s77)) :: 1.1071487177940904;1.373400766945016;1.4288992721907328;0.7853981633974483 :: -oo;oo
  BitwiseFn_bitwise_and(s77, 6) :: BitwiseFn_bitwise_and($s77, #6) :: BitwiseFn_bitwise_and(s77, 6) :: 2;4;6;0 :: 0;10
  BitwiseFn_bitwise_or(s77, 6) :: BitwiseFn_bitwise_or($s77, #6) :: BitwiseFn_bitwise_or(s77, 6) :: 6;7;7;7 :: 2;15
  BitwiseFn_bitwise_xor(s77, 6) :: BitwiseFn_bitwise_xor($s77, #6) :: BitwiseFn_bitwise_xor(s77, 6) :: 4;3;1;7 :: -int_oo;int_oo
  BitwiseFn_bitwise_xor(5, 6) :: #3 :: 3 :: 3;3;3;3 :: 3;3
  IsNonOverlappingAndDenseIndicator(s77, 1) :: #1 :: 1 :: 1;1;1;1 :: 1;1
  IsNonOverlappingAndDenseIndicator(2, 3, 3, 1) :: #1 :: 1 :: 1;1;1;1 :: 1;1
  IsNonOverlappingAndDenseIndicator(s77, s27, s27, 1) :: IsNonOverlappingAndDenseIndicator($s77, $s27, $s27, #1) :: IsNonOverlappingAndDenseIndicator(s77, s27, s27, 1) :: 1;1;1;1 :: -int_oo;int_oo
  Eq(s77, 5) :: Equality($s77, #5) :: Eq(s77, 5) :: False;True;False;False :: False;True
  Eq(s77, 0) :: false :: False :: False;False;False;False :: False;False
  Eq(s77, s77) :: true :: True :: True;True;True;True :: True;True
  Ne(s77, 5) :: Unequality($s77, #5) :: Ne(s77, 5) :: True;False;True;True :: False;True
  s77 >= 1 :: true :: True :: True;True;True;True :: True;True
  s77 > 1 :: StrictGreaterThan($s77, #1) :: s77 > 1 :: True;True;True;False :: True;True
  s77 < s77 + 1 :: true :: True :: True;True;True;True :: True;True
  s77 <= s27 :: LessThan($s77, $s27) :: s77 <= s27 :: True;False;True;True :: False;True
  Gt(s77*s27, 0) :: true :: True :: True;True;True;True :: True;True
  Not(s77 < s27) :: GreaterThan($s77, $s27) :: s77 >= s27 :: False;True;False;True :: False;True
  Not(And(s77 < 3, s27 < 2)) :: Not(And(StrictLessThan($s27, #2), StrictLessThan($s77, #3))) :: ~((s27 < 2) & (s77 < 3)) :: True;True;True;False :: False;True
  And(s77 > 3, s77 > 3) :: StrictGreaterThan($s77, #3) :: s77 > 3 :: False;True;True;False :: False;True
  And(s77 > 3, s77 <= 3) :: false :: False :: False;False;False;False :: False;False
  And(s77 > 3, s27 > 2, Eq(u0, 3)) :: And(Equality($u0, #3), StrictGreaterThan($s27, #2), StrictGreaterThan($s77, #3)) :: Eq(u0, 3) & (s27 > 2) & (s77 > 3) :: False;False;False;False :: False;True
  Or(s77 > 3, s27 > s77, u0 < 2) :: Or(StrictGreaterThan($s27, $s77), StrictGreaterThan($s77, #3), StrictLessThan($u0, #2)) :: (s27 > s77) | (s77 > 3) | (u0 < 2) :: True;True;True;True :: False;True
  Or(s77 > 3, s77 >= 1) :: true :: True :: True;True;True;True :: True;True
  Piecewise((s77, s77 > 8), (2*s77, True)) :: Piecewise(ExprCondPair($s77, StrictGreaterThan($s77, #8)), ExprCondPair(Mul(#2, $s77), true)) :: Piecewise((s77, s77 > 8), (2*s77, True)) :: 4;10;14;2 :: 2;20
  Piecewise((s77, s77 > 0), (2*s77, True)) :: $s77 :: s77 :: 2;5;7;1 :: 2;10
  ITE(s77 > 3, s27 > 2, u0 > 1) :: ITE(StrictGreaterThan($s77, #3), StrictGreaterThan($s27, #2), StrictGreaterThan($u0, #1)) :: ITE(s77 > 3, s27 > 2, u0 > 1) :: False;False;True;False :: ?
  oo :: oo :: oo :: oo;oo;oo;oo :: oo;oo
  2.5 :: Float('2.5', precision=53) :: 2.50000000000000 :: 2.5;2.5;2.5;2.5 :: 2.5;2.5
  1e20 :: Float('1.0e+20', precision=53) :: 1.00000000000000e+20 :: 1e+20;1e+20;1e+20;1e+20 :: 1e+20;1e+20
  0.1*s77 :: Mul(Float('0.10000000000000001', precision=53), $s77) :: 0.1*s77 :: 0.2;0.5;0.7000000000000001;0.1 :: 0.2;1.0
  1e-9*s77 :: Mul(Float('1.0000000000000001e-9', precision=53), $s77) :: 1.0e-9*s77 :: 2e-09;5e-09;7.000000000000001e-09;1e-09 :: 2e-09;1e-08
  -5 :: #-5 :: -5 :: -5;-5;-5;-5 :: -5;-5
  Rational(3, 4) :: Rational(3, 4) :: 3/4 :: 3/4;3/4;3/4;3/4 :: 3/4;3/4
  Rational(4, 6) :: Rational(2, 3) :: 2/3 :: 2/3;2/3;2/3;2/3 :: 2/3;2/3
  9223372036854775807*s77 :: Mul(#9223372036854775807, $s77) :: 9223372036854775807*s77 :: !;!;!;9223372036854775807 :: ?
  Abs(u0) :: Abs($u0) :: Abs(u0) :: 0;3;4;1 :: 0;20
  Abs(s77) :: $s77 :: s77 :: 2;5;7;1 :: 2;10
  floor(s77/3) :: floor(Mul(Rational(1, 3), $s77)) :: floor(s77/3) :: 0;1;2;0 :: 0;3
  ceiling(s77/3) :: ceiling(Mul(Rational(1, 3), $s77)) :: ceiling(s77/3) :: 1;2;3;1 :: 1;4
  floor(s77) :: $s77 :: s77 :: 2;5;7;1 :: 2;10
  s77**u0 :: Pow($s77, $u0) :: s77**u0 :: 1;1/125;2401;1 :: -oo;oo
  s77**(-u0) :: Pow($s77, Mul(#-1, $u0)) :: s77**(-u0) :: 1;125;1/2401;1 :: -oo;oo
  s77**(-2) :: Pow($s77, #-2) :: s77**(-2) :: 1/4;1/25;1/49;1 :: -oo;oo
  2**s77*2**s27 :: Mul(Pow(#2, $s27), Pow(#2, $s77)) :: 2**s27*2**s77 :: 32;128;524288;4 :: 8;int_oo
  sqrt(s77)*sqrt(s77) :: $s77 :: s77 :: 2;5;7;1 :: 2;10
  sqrt(s77*s27) :: Mul(Pow($s27, Rational(1, 2)), Pow($s77, Rational(1, 2))) :: sqrt(s27)*sqrt(s77) :: 2.449489742783178;3.1622776601683795;9.16515138991168;1 :: 1.4142135623730951;oo
  sqrt(8) :: Mul(#2, Pow(#2, Rational(1, 2))) :: 2*sqrt(2) :: 2.8284271247461903;2.8284271247461903;2.8284271247461903;2.8284271247461903 :: 2.8284271247461903;2.8284271247461903
  (s27 + s77)**2 :: Pow(Add($s27, $s77), #2) :: (s27 + s77)**2 :: 25;49;361;4 :: 9;int_oo
  u0*(s77 + s27)**2 + (s77 + s27)**2 :: Add(Mul($u0, Pow(Add($s27, $s77), #2)), Pow(Add($s27, $s77), #2)) :: u0*(s27 + s77)**2 + (s27 + s77)**2 :: 25;-98;1805;8 :: -int_oo;int_oo
  ((u0 * 6) + s77) :: Add($s77, Mul(#6, $u0)) :: s77 + 6*u0 :: 2;-13;31;7 :: -22;130
  ((s77 - u0) * 5) :: Add(Mul(#5, $s77), Mul(#-1, #5, $u0)) :: 5*s77 - 5*u0 :: 10;40;15;0 :: -90;70
  (4)**2 :: #16 :: 16 :: 16;16;16;16 :: 16;16
  Max(s77, (s77 - s77)) :: $s77 :: s77 :: 2;5;7;1 :: 2;10
  (Min(s27, 3))**2 :: Pow(Min(#3, $s27), #2) :: Min(3, s27)**2 :: 9;4;9;1 :: 1;9
  CeilDiv((s27)**2, 4) :: FloorDiv(Add(Pow($s27, #2), #3), #4) :: ((s27**2 + 3)//4) :: 3;1;36;1 :: 1;int_oo
  (s27 - (1 + s27)) :: #-1 :: -1 :: -1;-1;-1;-1 :: -1;-1
  (s27 + (s27 + s27)) :: Mul(#3, $s27) :: 3*s27 :: 9;6;36;3 :: 3;int_oo
  (((s77 - u0) + PythonMod(u0, 4)) + Max(1, 2)) :: Add($s77, Mul(#-1, $u0), PythonMod($u0, #4), #2) :: s77 - u0 + (PythonMod(u0, 4)) + 2 :: 4;11;5;3 :: -16;16
  FloorDiv((u0)**2, 6) :: FloorDiv(Pow($u0, #2), #6) :: ((u0**2)//6) :: 0;1;2;0 :: 0;66
  (FloorDiv(6, 8) - (u0)**2) :: Mul(#-1, Pow($u0, #2)) :: -u0**2 :: 0;-9;-16;-1 :: -400;0
  (6 + s27) :: Add($s27, #6) :: s27 + 6 :: 9;8;18;7 :: 7;int_oo
  2 :: #2 :: 2 :: 2;2;2;2 :: 2;2
  ((Min(s77, 6))**2 + CeilDiv(s77, 5)) :: Add(FloorDiv(Add($s77, #4), #5), Pow(Min(#6, $s77), #2)) :: (((s77 + 4)//5)) + Min(6, s77)**2 :: 5;26;38;2 :: 5;38
  (Min(Max(s27, s77), 6) + (FloorDiv(s27, s77) * 2)) :: Add(Mul(#2, FloorDiv($s27, $s77)), Min(#6, Max($s27, $s77))) :: 2*((s27//s77)) + Min(6, Max(s27, s77)) :: 5;5;8;3 :: 2;int_oo
  (CeilDiv(PythonMod(2, 4), 6) * FloorDiv((u0 + s27), 2)) :: FloorDiv(Add($s27, $u0), #2) :: ((s27 + u0)//2) :: 1;-1;8;1 :: -2;int_oo
  (FloorDiv(s77, 4))**2 :: Pow(FloorDiv($s77, #4), #2) :: ((s77//4))**2 :: 0;1;1;0 :: 0;4
  (s27 + (s77 + s27)) :: Add(Mul(#2, $s27), $s77) :: 2*s27 + s77 :: 8;9;31;3 :: 4;int_oo
  (Max(s77, s77) * (s27)**2) :: Mul(Pow($s27, #2), $s77) :: s27**2*s77 :: 18;20;1008;1 :: 2;int_oo
  (PythonMod(Max(1, s27), 5) * 4) :: Mul(#4, PythonMod($s27, #5)) :: 4*(PythonMod(s27, 5)) :: 12;8;8;4 :: 0;16
  s27 :: $s27 :: s27 :: 3;2;12;1 :: 1;int_oo
  PythonMod(s27, 5) :: PythonMod($s27, #5) :: PythonMod(s27, 5) :: 3;2;2;1 :: 0;4
  (s77 + 2) :: Add($s77, #2) :: s77 + 2 :: 4;7;9;3 :: 4;12
  (FloorDiv(s27, 3) - CeilDiv(s77, 4)) :: Add(FloorDiv($s27, #3), Mul(#-1, FloorDiv(Add($s77, #3), #4))) :: ((s27//3)) - (((s77 + 3)//4)) :: 0;-2;2;-1 :: -3;int_oo
  ((FloorDiv(u0, s77))**2 * 4) :: Mul(#4, Pow(FloorDiv($u0, $s77), #2)) :: 4*((u0//s77))**2 :: 0;4;0;4 :: 0;400
  CeilDiv(Min((s77 - 3), 4), 5) :: FloorDiv(Add(Min(#4, Add($s77, #-3)), #4), #5) :: ((Min(4, s77 - 3) + 4)//5) :: 0;1;1;0 :: 0;1
  FloorDiv((s27)**2, (s27 * 6)) :: FloorDiv(Pow($s27, #2), Mul(#6, $s27)) :: ((s27**2)//(6*s27)) :: 0;0;2;0 :: 0;int_oo
  CeilDiv(FloorDiv(PythonMod(9, 4), FloorDiv(s27, s77)), 6) :: FloorDiv(Add(FloorDiv(#1, FloorDiv($s27, $s77)), #5), #6) :: ((((1//((s27//s77)))) + 5)//6) :: 1;!;1;1 :: 0;int_oo
  FloorDiv(FloorDiv(s77, 5), 5) :: FloorDiv($s77, #25) :: (s77//25) :: 0;0;0;0 :: 0;0
  PythonMod(u0, 2) :: PythonMod($u0, #2) :: PythonMod(u0, 2) :: 0;1;0;1 :: 0;1
  ((CeilDiv(7, 6) + Min(s27, 3)) * 2) :: Add(Mul(#2, Min(#3, $s27)), #4) :: 2*Min(3, s27) + 4 :: 10;8;10;6 :: 6;10
  ((u0 + s27) - (s77 + s77)) :: Add($s27, Mul(#-1, #2, $s77), $u0) :: s27 - 2*s77 + u0 :: -1;-11;2;0 :: -23;int_oo
  (FloorDiv(s27, 3) * (u0 * s27)) :: Mul($s27, $u0, FloorDiv($s27, #3)) :: s27*u0*((s27//3)) :: 0;0;192;0 :: -int_oo;int_oo
  FloorDiv(Min(s27, 6), (3 * s27)) :: FloorDiv(Min(#6, $s27), Mul(#3, $s27)) :: (Min(6, s27)//(3*s27)) :: 0;0;0;0 :: 0;2
  PythonMod((s27 + s77), 6) :: PythonMod(Add($s27, $s77), #6) :: PythonMod(s27 + s77, 6) :: 5;1;1;2 :: 0;5
  Min(s77, 6) :: Min(#6, $s77) :: Min(6, s77) :: 2;5;6;1 :: 2;6
  s77 :: $s77 :: s77 :: 2;5;7;1 :: 2;10
  ((s77 + u0) + (s77 + 2)) :: Add(Mul(#2, $s77), $u0, #2) :: 2*s77 + u0 + 2 :: 6;9;20;5 :: 2;42
  ((s77 + 3) * (s77 + s77)) :: Mul(#2, $s77, Add($s77, #3)) :: 2*s77*(s77 + 3) :: 20;80;140;8 :: 20;260
  (s27 + 6) :: Add($s27, #6) :: s27 + 6 :: 9;8;18;7 :: 7;int_oo
  (Min(s27, 6) - CeilDiv(1, 3)) :: Add(Min(#6, $s27), #-1) :: Min(6, s27) - 1 :: 2;1;5;0 :: 0;5
  (Max(s27, s77) + (s77 + s27)) :: Add($s27, $s77, Max($s27, $s77)) :: s27 + s77 + Max(s27, s77) :: 8;12;31;3 :: 5;int_oo
  (s77 + 6) :: Add($s77, #6) :: s77 + 6 :: 8;11;13;7 :: 8;16
  (FloorDiv(s27, s27) * (s27 + 3)) :: Add($s27, #3) :: s27 + 3 :: 6;5;15;4 :: 4;int_oo
  ((s77 * 5) + PythonMod(s27, 2)) :: Add(Mul(#5, $s77), PythonMod($s27, #2)) :: 5*s77 + (PythonMod(s27, 2)) :: 11;25;35;6 :: 10;51
  Min(s27, 4) :: Min(#4, $s27) :: Min(4, s27) :: 3;2;4;1 :: 1;4
  PythonMod((s77 + s77), 3) :: PythonMod(Mul(#2, $s77), #3) :: PythonMod(2*s77, 3) :: 1;1;2;2 :: 0;2
  (s77 + ((s77 + s27) + (s27 - s77))) :: Add(Mul(#2, $s27), $s77) :: 2*s27 + s77 :: 8;9;31;3 :: 4;int_oo
  (Min(s77, 5) - (Max(s77, 2) + (9 - 2))) :: Add(Mul(#-1, Max(#2, $s77)), Min(#5, $s77), #-7) :: -Max(2, s77) + Min(5, s77) - 7 :: -7;-7;-9;-8 :: -15;-4
  ((s77 + 6) + 3) :: Add($s77, #9) :: s77 + 9 :: 11;14;16;10 :: 11;19
  Min(FloorDiv(s27, s77), 4) :: Min(#4, FloorDiv($s27, $s77)) :: Min(4, (s27//s77)) :: 1;0;1;1 :: 0;4
  (s27)**2 :: Pow($s27, #2) :: s27**2 :: 9;4;144;1 :: 1;int_oo
  (((s27 - s27) + (4)**2) - (CeilDiv(s77, 5) + 5)) :: Add(#11, Mul(#-1, FloorDiv(Add($s77, #4), #5))) :: 11 - (((s77 + 4)//5)) :: 10;10;9;10 :: 9;10
  ((u0 + 5))**2 :: Pow(Add($u0, #5), #2) :: (u0 + 5)**2 :: 25;4;81;36 :: 1;625
  (Max(s77, s27) + 2) :: Add(Max($s27, $s77), #2) :: Max(s27, s77) + 2 :: 5;7;14;3 :: 4;int_oo
  (Min(s27, 2) + u0) :: Add($u0, Min(#2, $s27)) :: u0 + Min(2, s27) :: 2;-1;6;2 :: -3;22
  ((s77 * 4) - Min(u0, 2)) :: Add(Mul(#4, $s77), Mul(#-1, Min(#2, $u0))) :: 4*s77 - Min(2, u0) :: 8;23;26;3 :: 6;44
  FloorDiv(s27, Max(s77, u0)) :: FloorDiv($s27, Max($s77, $u0)) :: (s27//Max(s77, u0)) :: 1;0;1;1 :: 0;int_oo
  CeilDiv(Min(u0, 2), 4) :: FloorDiv(Add(Min(#2, $u0), #3), #4) :: ((Min(2, u0) + 3)//4) :: 0;0;1;1 :: -1;1
  ((s27 * u0) + (u0 + 6)) :: Add(Mul($s27, $u0), $u0, #6) :: s27*u0 + u0 + 6 :: 6;-3;58;8 :: -int_oo;int_oo
  FloorDiv(Max(FloorDiv(u0, 4), (u0 - s27)), 2) :: FloorDiv(Max(FloorDiv($u0, #4), Add(Mul(#-1, $s27), $u0)), #2) :: (Max(-s27 + u0, (u0//4))//2) :: 0;-1;0;0 :: -1;9
  CeilDiv(FloorDiv(s27, u0), 2) :: FloorDiv(Add(FloorDiv($s27, $u0), #1), #2) :: ((((s27//u0)) + 1)//2) :: !;0;2;1 :: -int_oo;int_oo
  Min(u0, 2) :: Min(#2, $u0) :: Min(2, u0) :: 0;-3;2;1 :: -4;2
  Max(8, PythonMod(u0, 6)) :: Max(#8, PythonMod($u0, #6)) :: Max(8, PythonMod(u0, 6)) :: 8;8;8;8 :: 8;8
  (s27 * ((s77 + 4))**2) :: Mul($s27, Pow(Add($s77, #4), #2)) :: s27*(s77 + 4)**2 :: 108;162;1452;25 :: 36;int_oo
  ((s77)**2 + 5) :: Add(Pow($s77, #2), #5) :: s77**2 + 5 :: 9;30;54;6 :: 9;105
  ((4 + s27) * (s27 + s27)) :: Mul(#2, $s27, Add($s27, #4)) :: 2*s27*(s27 + 4) :: 42;24;384;10 :: 10;int_oo
  ((s77 + s27) + PythonMod(u0, 2)) :: Add($s27, $s77, PythonMod($u0, #2)) :: s27 + s77 + (PythonMod(u0, 2)) :: 5;8;19;3 :: 3;int_oo
  (Min((7 + 6), 3) + ((s77 + 7) - s77)) :: #10 :: 10 :: 10;10;10;10 :: 10;10
  3 :: #3 :: 3 :: 3;3;3;3 :: 3;3
  PythonMod((s27 - s77), 4) :: PythonMod(Add($s27, Mul(#-1, $s77)), #4) :: PythonMod(s27 - s77, 4) :: 1;1;1;0 :: 0;3
  ((u0)**2 * 5) :: Mul(#5, Pow($u0, #2)) :: 5*u0**2 :: 0;45;80;5 :: 0;2000
  ((u0 + u0) + (s77)**2) :: Add(Pow($s77, #2), Mul(#2, $u0)) :: s77**2 + 2*u0 :: 4;19;57;3 :: -4;140
  ((s27 * s77))**2 :: Mul(Pow($s27, #2), Pow($s77, #2)) :: s27**2*s77**2 :: 36;100;7056;1 :: 4;int_oo
  PythonMod(FloorDiv((s77 - u0), 2), 6) :: PythonMod(FloorDiv(Add($s77, Mul(#-1, $u0)), #2), #6) :: PythonMod(((s77 - u0)//2), 6) :: 1;4;1;0 :: 0;5
  ((s27 - s77) + (s77)**2) :: Add($s27, Pow($s77, #2), Mul(#-1, $s77)) :: s27 + s77**2 - s77 :: 5;22;54;1 :: -5;int_oo
  (s77 * (s77 * u0)) :: Mul(Pow($s77, #2), $u0) :: s77**2*u0 :: 0;-75;196;1 :: -400;2000
  (PythonMod(s77, 3) * 6) :: Mul(#6, PythonMod($s77, #3)) :: 6*(PythonMod(s77, 3)) :: 12;12;6;6 :: 0;12
  (Max(s27, s27) + 2) :: Add($s27, #2) :: s27 + 2 :: 5;4;14;3 :: 3;int_oo
  FloorDiv((s77 + s77), 4) :: FloorDiv($s77, #2) :: (s77//2) :: 1;2;3;0 :: 1;5
  Min((u0 + s27), 5) :: Min(#5, Add($s27, $u0)) :: Min(5, s27 + u0) :: 3;-1;5;2 :: -3;5
  u0 :: $u0 :: u0 :: 0;-3;4;1 :: -4;20
  Min(Min(s77, 4), 3) :: Min(#3, $s77) :: Min(3, s77) :: 2;3;3;1 :: 2;3
  PythonMod((s27)**2, 3) :: PythonMod(Pow($s27, #2), #3) :: PythonMod(s27**2, 3) :: 0;1;0;1 :: 0;2
  Min((u0 + u0), 6) :: Min(#6, Mul(#2, $u0)) :: Min(6, 2*u0) :: 0;-6;6;2 :: -8;6
  ((5 * 8) + Max(9, u0)) :: Add(Max(#9, $u0), #40) :: Max(9, u0) + 40 :: 49;49;49;49 :: 49;60
  FloorDiv(Max(s27, u0), 5) :: FloorDiv(Max($s27, $u0), #5) :: (Max(s27, u0)//5) :: 0;0;2;0 :: 0;int_oo
  FloorDiv(PythonMod(FloorDiv(s27, s27), 6), 2) :: #0 :: 0 :: 0;0;0;0 :: 0;0
  Max((FloorDiv(u0, s27) + 3), (Min(u0, 5) + (s77 * s77))) :: Max(Add(FloorDiv($u0, $s27), #3), Add(Pow($s77, #2), Min(#5, $u0))) :: Max(s77**2 + Min(5, u0), ((u0//s27)) + 3) :: 4;22;53;4 :: 0;105
  9 :: #9 :: 9 :: 9;9;9;9 :: 9;9
  ((s77 + u0))**2 :: Pow(Add($s77, $u0), #2) :: (s77 + u0)**2 :: 4;4;121;4 :: 0;900
  Max((u0 + 6), (1)**2) :: Max(#1, Add($u0, #6)) :: Max(1, u0 + 6) :: 6;3;10;7 :: 2;26
  Max(PythonMod(s27, 6), (4 + s27)) :: Max(Add($s27, #4), PythonMod($s27, #6)) :: Max(s27 + 4, PythonMod(s27, 6)) :: 7;6;16;5 :: 5;int_oo
  (s77 + FloorDiv((1)**2, u0)) :: Add($s77, FloorDiv(#1, $u0)) :: s77 + ((1//u0)) :: !;4;7;2 :: -int_oo;int_oo
  Max(FloorDiv(s77, u0), (4 - s77)) :: Max(FloorDiv($s77, $u0), Add(#4, Mul(#-1, $s77))) :: Max(4 - s77, (s77//u0)) :: !;-1;1;3 :: -6;int_oo
  FloorDiv(PythonMod(s27, 2), FloorDiv(s27, 2)) :: FloorDiv(PythonMod($s27, #2), FloorDiv($s27, #2)) :: ((PythonMod(s27, 2))//((s27//2))) :: 1;0;0;! :: 0;int_oo
  (FloorDiv(s27, 2) + 4) :: Add(FloorDiv($s27, #2), #4) :: ((s27//2)) + 4 :: 5;5;10;4 :: 4;int_oo
  Min((u0 * 5), 2) :: Min(#2, Mul(#5, $u0)) :: Min(2, 5*u0) :: 0;-15;2;2 :: -20;2
  FloorDiv(PythonMod(u0, 2), 2) :: FloorDiv(PythonMod($u0, #2), #2) :: ((PythonMod(u0, 2))//2) :: 0;0;0;0 :: 0;0
  (((s27 * s27) + Min(s27, 2)) + 5) :: Add(Pow($s27, #2), Min(#2, $s27), #5) :: s27**2 + Min(2, s27) + 5 :: 16;11;151;7 :: 7;int_oo
  FloorDiv(u0, 5) :: FloorDiv($u0, #5) :: (u0//5) :: 0;-1;0;0 :: -1;4
  ((s27 + u0))**2 :: Pow(Add($s27, $u0), #2) :: (s27 + u0)**2 :: 9;1;256;4 :: 0;int_oo
  (PythonMod(s27, 4) + Min(s27, 6)) :: Add(PythonMod($s27, #4), Min(#6, $s27)) :: (PythonMod(s27, 4)) + Min(6, s27) :: 6;4;6;2 :: 1;9
  (Max(CeilDiv(s77, 2), s77) + 3) :: Add(Max($s77, FloorDiv(Add($s77, #1), #2)), #3) :: Max(s77, ((s77 + 1)//2)) + 3 :: 5;8;10;4 :: 5;13
  PythonMod(Min((s77)**2, 5), 3) :: PythonMod(Min(#5, Pow($s77, #2)), #3) :: PythonMod(Min(5, s77**2), 3) :: 1;2;2;1 :: 1;2
  ((4 + 6) * (s27 + s77)) :: Add(Mul(#10, $s27), Mul(#10, $s77)) :: 10*s27 + 10*s77 :: 50;70;190;20 :: 30;int_oo
  (((8)**2 * 3) + 3) :: #195 :: 195 :: 195;195;195;195 :: 195;195
  ((s77)**2 + 2) :: Add(Pow($s77, #2), #2) :: s77**2 + 2 :: 6;27;51;3 :: 6;102
  (PythonMod((s27 - 6), 4) + ((1 - 7) + PythonMod(u0, 2))) :: Add(PythonMod($u0, #2), PythonMod(Add($s27, #-6), #4), #-6) :: (PythonMod(u0, 2)) + (PythonMod(s27 - 6, 4)) - 6 :: -5;-5;-4;-2 :: -6;-2
  FloorDiv(((s27 + 7) + (s77 + s77)), ((4 + 2) + (3)**2)) :: FloorDiv(Add($s27, Mul(#2, $s77), #7), #15) :: ((s27 + 2*s77 + 7)//15) :: 0;1;2;0 :: 0;int_oo
  ((u0)**2 + s27) :: Add($s27, Pow($u0, #2)) :: s27 + u0**2 :: 3;11;28;2 :: 1;int_oo
  Max(u0, FloorDiv((5 + s27), Max(s27, s77))) :: Max($u0, FloorDiv(Add($s27, #5), Max($s27, $s77))) :: Max(u0, ((s27 + 5)//Max(s27, s77))) :: 2;1;4;6 :: 0;int_oo
  CeilDiv(Max(s77, 3), 3) :: FloorDiv(Add(Max(#3, $s77), #2), #3) :: ((Max(3, s77) + 2)//3) :: 1;2;3;1 :: 1;4
  (CeilDiv(s27, 5) + (s27 + s77)) :: Add($s27, $s77, FloorDiv(Add($s27, #4), #5)) :: s27 + s77 + (((s27 + 4)//5)) :: 6;8;22;3 :: 4;int_oo
  FloorDiv((9 * 6), (s27)**2) :: FloorDiv(#54, Pow($s27, #2)) :: (54//(s27**2)) :: 6;13;0;54 :: 0;54
  ((s27 * s27) + FloorDiv(s27, u0)) :: Add(Pow($s27, #2), FloorDiv($s27, $u0)) :: s27**2 + ((s27//u0)) :: !;3;147;2 :: -int_oo;int_oo
  (FloorDiv(u0, 6) - (s27 * 3)) :: Add(Mul(#-1, #3, $s27), FloorDiv($u0, #6)) :: -3*s27 + ((u0//6)) :: -9;-7;-36;-3 :: -int_oo;0
  (Min(s27, 3) * 3) :: Mul(#3, Min(#3, $s27)) :: 3*Min(3, s27) :: 9;6;9;3 :: 3;9
  Max(FloorDiv(s77, s77), (s77 * 2)) :: Mul(#2, $s77) :: 2*s77 :: 4;10;14;2 :: 4;20
  PythonMod((Min(s77, 2) * FloorDiv(s27, s27)), 6) :: PythonMod(Min(#2, $s77), #6) :: PythonMod(Min(2, s77), 6) :: 2;2;2;1 :: 2;2
  CeilDiv(FloorDiv(s27, 3), 3) :: FloorDiv(Add(FloorDiv($s27, #3), #2), #3) :: ((((s27//3)) + 2)//3) :: 1;0;2;0 :: 0;int_oo
  5 :: #5 :: 5 :: 5;5;5;5 :: 5;5
  FloorDiv(u0, 6) :: FloorDiv($u0, #6) :: (u0//6) :: 0;-1;0;0 :: -1;3
  (PythonMod((s77 + 3), 4) + 4) :: Add(PythonMod(Add($s77, #3), #4), #4) :: (PythonMod(s77 + 3, 4)) + 4 :: 5;4;6;4 :: 4;7
  (s27 + FloorDiv(u0, s27)) :: Add($s27, FloorDiv($u0, $s27)) :: s27 + ((u0//s27)) :: 3;0;12;2 :: -3;int_oo
  ((s27)**2 * 3) :: Mul(#3, Pow($s27, #2)) :: 3*s27**2 :: 27;12;432;3 :: 3;int_oo
  ((s77)**2 * 5) :: Mul(#5, Pow($s77, #2)) :: 5*s77**2 :: 20;125;245;5 :: 20;500
  PythonMod((s77 + s27), 2) :: PythonMod(Add($s27, $s77), #2) :: PythonMod(s27 + s77, 2) :: 1;1;1;0 :: 0;1
  CeilDiv((u0 * 4), 2) :: Mul(#2, $u0) :: 2*u0 :: 0;-6;8;2 :: -8;40
  7 :: #7 :: 7 :: 7;7;7;7 :: 7;7
  ((8 * s27))**2 :: Mul(#64, Pow($s27, #2)) :: 64*s27**2 :: 576;256;9216;64 :: 64;int_oo
  Min(CeilDiv(5, 4), 3) :: #2 :: 2 :: 2;2;2;2 :: 2;2
  (FloorDiv(s27, 5))**2 :: Pow(FloorDiv($s27, #5), #2) :: ((s27//5))**2 :: 0;0;4;0 :: 0;int_oo
  FloorDiv(u0, 2) :: FloorDiv($u0, #2) :: (u0//2) :: 0;-2;2;0 :: -2;10
  Min(((s77)**2 - FloorDiv(u0, 4)), 5) :: Min(#5, Add(Pow($s77, #2), Mul(#-1, FloorDiv($u0, #4)))) :: Min(5, s77**2 - ((u0//4))) :: 4;5;5;1 :: -1;5
  (FloorDiv((s77 + s27), 4))**2 :: Pow(FloorDiv(Add($s27, $s77), #4), #2) :: (((s27 + s77)//4))**2 :: 1;1;16;0 :: 0;int_oo
  (PythonMod((s77 * 6), 6) + 6) :: #6 :: 6 :: 6;6;6;6 :: 6;6
  FloorDiv((s27 + s27), (s77 * s77)) :: FloorDiv(Mul(#2, $s27), Pow($s77, #2)) :: ((2*s27)//(s77**2)) :: 1;0;0;2 :: 0;int_oo
  (((s27)**2)**2 - (s77 + 6)) :: Add(Pow($s27, #4), Mul(#-1, $s77), #-6) :: s27**4 - s77 - 6 :: 73;5;20723;-6 :: -15;int_oo
  FloorDiv((u0 * u0), 4) :: FloorDiv(Pow($u0, #2), #4) :: ((u0**2)//4) :: 0;2;4;0 :: 0;100
  Min(CeilDiv(Min(s27, 2), 6), 6) :: Min(#6, FloorDiv(Add(Min(#2, $s27), #5), #6)) :: Min(6, ((Min(2, s27) + 5)//6)) :: 1;1;1;1 :: 1;1
  (s27 - Max(s27, Min(u0, 6))) :: Add($s27, Mul(#-1, Max($s27, Min(#6, $u0)))) :: s27 - Max(s27, Min(6, u0)) :: 0;0;0;0 :: -int_oo;int_oo
  (FloorDiv(s77, s27) + 4) :: Add(FloorDiv($s77, $s27), #4) :: ((s77//s27)) + 4 :: 4;6;4;5 :: 4;14
  CeilDiv((s77 + 5), 5) :: FloorDiv(Add($s77, #9), #5) :: ((s77 + 9)//5) :: 2;2;3;2 :: 2;3
  ((s27 + s27) + (s77 + u0)) :: Add(Mul(#2, $s27), $s77, $u0) :: 2*s27 + s77 + u0 :: 8;6;35;4 :: 0;int_oo
  Min(FloorDiv((s77)**2, Min(s77, 4)), 4) :: Min(#4, FloorDiv(Pow($s77, #2), Min(#4, $s77))) :: Min(4, ((s77**2)//Min(4, s77))) :: 2;4;4;1 :: 1;4
  ((FloorDiv(u0, 6))**2 + 5) :: Add(Pow(FloorDiv($u0, #6), #2), #5) :: ((u0//6))**2 + 5 :: 5;6;5;5 :: 5;14
  (FloorDiv(s27, 6) + (s77 * 3)) :: Add(Mul(#3, $s77), FloorDiv($s27, #6)) :: 3*s77 + ((s27//6)) :: 6;15;23;3 :: 6;int_oo
  FloorDiv((s27 - u0), 4) :: FloorDiv(Add($s27, Mul(#-1, $u0)), #4) :: ((s27 - u0)//4) :: 0;1;2;0 :: -5;int_oo
  (((s27 * 2) - FloorDiv(s27, 2)) * s77) :: Mul($s77, Add(Mul(#2, $s27), Mul(#-1, FloorDiv($s27, #2)))) :: s77*(2*s27 - ((s27//2))) :: 10;15;126;2 :: -int_oo;int_oo
  """#
