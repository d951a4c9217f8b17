// Written by tools/fixtures/tensors.py. Do not edit.

/// Dtypes that operands have together; - is an error.
let promotionTable = #"""
  promote bool = bool uint8 int8 int16 int32 int64 float16 bfloat16 float32 float64 - - - complex32 complex64 complex128 -
  promote uint8 = uint8 uint8 int16 int16 int32 int64 float16 bfloat16 float32 float64 - - - complex32 complex64 complex128 -
  promote int8 = int8 int16 int8 int16 int32 int64 float16 bfloat16 float32 float64 - - - complex32 complex64 complex128 -
  promote int16 = int16 int16 int16 int16 int32 int64 float16 bfloat16 float32 float64 - - - complex32 complex64 complex128 -
  promote int32 = int32 int32 int32 int32 int32 int64 float16 bfloat16 float32 float64 - - - complex32 complex64 complex128 -
  promote int64 = int64 int64 int64 int64 int64 int64 float16 bfloat16 float32 float64 - - - complex32 complex64 complex128 -
  promote float16 = float16 float16 float16 float16 float16 float16 float16 float32 float32 float64 float16 float16 float16 complex32 complex64 complex128 -
  promote bfloat16 = bfloat16 bfloat16 bfloat16 bfloat16 bfloat16 bfloat16 float32 bfloat16 float32 float64 bfloat16 bfloat16 bfloat16 complex64 complex64 complex128 -
  promote float32 = float32 float32 float32 float32 float32 float32 float32 float32 float32 float64 float32 float32 float32 complex64 complex64 complex128 -
  promote float64 = float64 float64 float64 float64 float64 float64 float64 float64 float64 float64 float64 float64 float64 complex128 complex128 complex128 -
  promote uint16 = - - - - - - float16 bfloat16 float32 float64 uint16 - - - - - -
  promote uint32 = - - - - - - float16 bfloat16 float32 float64 - uint32 - - - - -
  promote uint64 = - - - - - - float16 bfloat16 float32 float64 - - uint64 - - - -
  promote complex32 = complex32 complex32 complex32 complex32 complex32 complex32 complex32 complex64 complex64 complex128 - - - complex32 complex64 complex128 -
  promote complex64 = complex64 complex64 complex64 complex64 complex64 complex64 complex64 complex64 complex64 complex128 - - - complex64 complex64 complex128 -
  promote complex128 = complex128 complex128 complex128 complex128 complex128 complex128 complex128 complex128 complex128 complex128 - - - complex128 complex128 complex128 -
  promote float8_e4m3fn = - - - - - - - - - - - - - - - - float8_e4m3fn
  dimensions bool = bool uint8 int8 int16 int32 int64 float16 bfloat16 float32 float64 - - - complex32 complex64 complex128 -
  number dimensions bool = bool int64 float32 complex64
  number scalar bool = bool int64 float32 complex64
  dimensions uint8 = uint8 uint8 uint8 uint8 uint8 uint8 float16 bfloat16 float32 float64 uint8 uint8 uint8 complex32 complex64 complex128 -
  number dimensions uint8 = uint8 uint8 float32 complex64
  number scalar uint8 = uint8 uint8 float32 complex64
  dimensions int8 = int8 int8 int8 int8 int8 int8 float16 bfloat16 float32 float64 int8 int8 int8 complex32 complex64 complex128 -
  number dimensions int8 = int8 int8 float32 complex64
  number scalar int8 = int8 int8 float32 complex64
  dimensions int16 = int16 int16 int16 int16 int16 int16 float16 bfloat16 float32 float64 int16 int16 int16 complex32 complex64 complex128 -
  number dimensions int16 = int16 int16 float32 complex64
  number scalar int16 = int16 int16 float32 complex64
  dimensions int32 = int32 int32 int32 int32 int32 int32 float16 bfloat16 float32 float64 int32 int32 int32 complex32 complex64 complex128 -
  number dimensions int32 = int32 int32 float32 complex64
  number scalar int32 = int32 int32 float32 complex64
  dimensions int64 = int64 int64 int64 int64 int64 int64 float16 bfloat16 float32 float64 int64 int64 int64 complex32 complex64 complex128 -
  number dimensions int64 = int64 int64 float32 complex64
  number scalar int64 = int64 int64 float32 complex64
  dimensions float16 = float16 float16 float16 float16 float16 float16 float16 float16 float16 float16 float16 float16 float16 complex32 complex32 complex32 float16
  number dimensions float16 = float16 float16 float16 complex32
  number scalar float16 = float16 float16 float16 complex32
  dimensions bfloat16 = bfloat16 bfloat16 bfloat16 bfloat16 bfloat16 bfloat16 bfloat16 bfloat16 bfloat16 bfloat16 bfloat16 bfloat16 bfloat16 ? ? ? bfloat16
  number dimensions bfloat16 = bfloat16 bfloat16 bfloat16 ?
  number scalar bfloat16 = bfloat16 bfloat16 bfloat16 ?
  dimensions float32 = float32 float32 float32 float32 float32 float32 float32 float32 float32 float32 float32 float32 float32 complex64 complex64 complex64 float32
  number dimensions float32 = float32 float32 float32 complex64
  number scalar float32 = float32 float32 float32 complex64
  dimensions float64 = float64 float64 float64 float64 float64 float64 float64 float64 float64 float64 float64 float64 float64 complex128 complex128 complex128 float64
  number dimensions float64 = float64 float64 float64 complex128
  number scalar float64 = float64 float64 float64 complex128
  dimensions uint16 = uint16 uint16 uint16 uint16 uint16 uint16 float16 bfloat16 float32 float64 uint16 uint16 uint16 complex32 complex64 complex128 -
  number dimensions uint16 = uint16 uint16 float32 complex64
  number scalar uint16 = uint16 uint16 float32 complex64
  dimensions uint32 = uint32 uint32 uint32 uint32 uint32 uint32 float16 bfloat16 float32 float64 uint32 uint32 uint32 complex32 complex64 complex128 -
  number dimensions uint32 = uint32 uint32 float32 complex64
  number scalar uint32 = uint32 uint32 float32 complex64
  dimensions uint64 = uint64 uint64 uint64 uint64 uint64 uint64 float16 bfloat16 float32 float64 uint64 uint64 uint64 complex32 complex64 complex128 -
  number dimensions uint64 = uint64 uint64 float32 complex64
  number scalar uint64 = uint64 uint64 float32 complex64
  dimensions complex32 = complex32 complex32 complex32 complex32 complex32 complex32 complex32 complex32 complex32 complex32 complex32 complex32 complex32 complex32 complex32 complex32 complex32
  number dimensions complex32 = complex32 complex32 complex32 complex32
  number scalar complex32 = complex32 complex32 complex32 complex32
  dimensions complex64 = complex64 complex64 complex64 complex64 complex64 complex64 complex64 complex64 complex64 complex64 complex64 complex64 complex64 complex64 complex64 complex64 complex64
  number dimensions complex64 = complex64 complex64 complex64 complex64
  number scalar complex64 = complex64 complex64 complex64 complex64
  dimensions complex128 = complex128 complex128 complex128 complex128 complex128 complex128 complex128 complex128 complex128 complex128 complex128 complex128 complex128 complex128 complex128 complex128 complex128
  number dimensions complex128 = complex128 complex128 complex128 complex128
  number scalar complex128 = complex128 complex128 complex128 complex128
  dimensions float8_e4m3fn = float8_e4m3fn float8_e4m3fn float8_e4m3fn float8_e4m3fn float8_e4m3fn float8_e4m3fn float8_e4m3fn float8_e4m3fn float8_e4m3fn float8_e4m3fn float8_e4m3fn float8_e4m3fn float8_e4m3fn - - - float8_e4m3fn
  number dimensions float8_e4m3fn = float8_e4m3fn float8_e4m3fn float8_e4m3fn -
  number scalar float8_e4m3fn = float8_e4m3fn float8_e4m3fn float8_e4m3fn -
  """#

/// The bits of `conversionFloats`, or values, as other dtypes.
let conversionTable = #"""
  float64 float16 = 0000 8000 3c00 be00 4100 4366 57f0 5bc0 5f00 5f3c 5f40 5f80 dfd0 63d0 7b80 7b80 7bff 7c00 7c00 7c00 1419 1400 15bc 0001 0000 0000 8000 3c04 3c0c 7c00 fc00 7e00
  float64 bfloat16 = 0000 8000 3f80 bfc0 4020 406d 42fe 4378 43e0 43e8 43e8 43f0 c3fa 447a 4770 4770 4780 4780 4e6e 714a 3a83 3a80 3ab8 3381 32f9 3089 8001 3f80 3f82 7f80 ff80 ffff
  float64 float32 = 00000000 80000000 3f800000 bfc00000 40200000 406ccccd 42fe0000 43780000 43e00000 43e78000 43e80000 43f00000 c3fa0000 447a0000 476fff00 47700000 477fef00 477ff000 4e6e6b28 7149f2ca 3a83126f 3a800000 3ab78034 3380d959 32f91bad 3089705f 800116c2 3f808000 3f818000 7f800000 ff800000 7fc00000
  float64 float8_e4m3fn = 00 80 38 bc 42 47 70 78 7e 7e 7e 7e fe 7e 7e 7e 7e 7e 7e 7e 01 00 01 00 00 00 80 38 38 7e fe 7f
  float64 float8_e5m2 = 00 80 3c be 41 43 58 5c 5f 5f 5f 60 e0 64 7b 7c 7c 7c 7c 7c 14 14 16 00 00 00 80 3c 3c 7c fc 7f
  float64 float8_e4m3fnuz = 00 00 40 c4 4a 4f 78 80 80 80 80 80 80 80 80 80 80 80 80 80 01 01 01 00 00 00 00 40 40 80 80 80
  float64 float8_e5m2fnuz = 00 00 40 c2 45 47 5c 60 63 63 63 64 e4 68 7f 80 80 80 80 80 18 18 1a 00 00 00 00 40 40 80 80 80
  float64 float8_e8m0fnu = 00 00 7f 80 80 81 86 87 88 88 88 88 88 89 8f 8f 8f 8f 9d e3 75 75 75 67 66 61 00 7f 7f ff ff ff
  values bool = 0 1 1 1 1 1 1
  values uint8 = 0 0 1 255 127 200 128
  values int8 = 0 0 1 -1 127 -56 -128
  values int16 = 0 0 1 -1 127 200 -128
  values int32 = 0 0 1 -1 127 200 -128
  values int64 = 0 0 1 -1 127 200 -128
  values uint16 = 0 0 1 65535 127 200 65408
  values uint32 = 0 0 1 4294967295 127 200 4294967168
  values uint64 = 0 0 1 18446744073709551615 127 200 18446744073709551488
  """#

/// Dtype, sizes, values and `repr`, with | for new lines.
let printTable = #"""
  float32 [] 1.5 = tensor(1.5000)
  float64 [] 2.0 = tensor(2., dtype=torch.float64)
  int64 [] 7 = tensor(7)
  bool [] 1 = tensor(True)
  float32 [3] 1.0 2.0 -3.0 = tensor([ 1.,  2., -3.])
  float32 [3] 1000000000.0 2.0 -3.0 = tensor([ 1.0000e+09,  2.0000e+00, -3.0000e+00])
  float32 [4] 0.0 nan inf -1.25 = tensor([ 0.0000,     nan,     inf, -1.2500])
  float32 [3] nan inf -inf = tensor([nan, inf, -inf])
  float32 [3] 1.0 nan 2.0 = tensor([1., nan, 2.])
  float32 [2] -0.0 0.0 = tensor([-0., 0.])
  float32 [2] 1e-05 1.0 = tensor([1.0000e-05, 1.0000e+00])
  float32 [2] 0.0001 0.09 = tensor([1.0000e-04, 9.0000e-02])
  float32 [2] 1.0 1001.5 = tensor([1.0000e+00, 1.0015e+03])
  float32 [2] 1.0 999.5 = tensor([  1.0000, 999.5000])
  float32 [2] 100000000.0 200000000.0 = tensor([1.0000e+08, 2.0000e+08])
  float64 [2] 1e+100 1e-100 = tensor([1.0000e+100, 1.0000e-100], dtype=torch.float64)
  float32 [2,3] 0.041 0.465 -0.461 0.353 0.926 0.411 = tensor([[ 0.0410,  0.4650, -0.4610],|        [ 0.3530,  0.9260,  0.4110]])
  float16 [2,2] 46.862 -26.552 2.022 -21.157 = tensor([[ 46.8750, -26.5469],|        [  2.0215, -21.1562]], dtype=torch.float16)
  bfloat16 [5] -0.784 -0.184 0.221 0.419 0.508 = tensor([-0.7852, -0.1836,  0.2207,  0.4199,  0.5078], dtype=torch.bfloat16)
  float32 [12] 223.371 86.256 -159.453 20.438 -62.304 -51.575 130.623 -22.294 -195.128 31.059 -29.147 -117.442 = tensor([ 223.3710,   86.2560, -159.4530,   20.4380,  -62.3040,  -51.5750,|         130.6230,  -22.2940, -195.1280,   31.0590,  -29.1470, -117.4420])
  float32 [2,11] -9.211 -6.253 -0.234 -4.267 0.715 18.362 -8.003 -8.074 -2.492 10.956 -7.062 14.343 -13.081 -10.323 -0.544 -8.634 -6.184 4.512 7.242 1.139 -2.746 13.442 = tensor([[ -9.2110,  -6.2530,  -0.2340,  -4.2670,   0.7150,  18.3620,  -8.0030,|          -8.0740,  -2.4920,  10.9560,  -7.0620],|        [ 14.3430, -13.0810, -10.3230,  -0.5440,  -8.6340,  -6.1840,   4.5120,|           7.2420,   1.1390,  -2.7460,  13.4420]])
  float64 [2,2,2] 0.403 -0.235 1.214 -0.901 0.165 0.66 -0.011 -0.575 = tensor([[[ 0.4030, -0.2350],|         [ 1.2140, -0.9010]],||        [[ 0.1650,  0.6600],|         [-0.0110, -0.5750]]], dtype=torch.float64)
  int64 [2,3] 1 -20 300 4 5 6 = tensor([[  1, -20, 300],|        [  4,   5,   6]])
  int32 [3] 1 -2 3 = tensor([ 1, -2,  3], dtype=torch.int32)
  uint8 [2] 0 255 = tensor([  0, 255], dtype=torch.uint8)
  uint64 [2] 18446744073709551615 0 = tensor([18446744073709551615,                    0], dtype=torch.uint64)
  uint16 [1] 9 = tensor([9], dtype=torch.uint16)
  bool [2,2] 1 0 0 1 = tensor([[ True, False],|        [False,  True]])
  int64 [30] 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 = tensor([ 0,  1,  2,  3,  4,  5,  6,  7,  8,  9, 10, 11, 12, 13, 14, 15, 16, 17,|        18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29])
  complex64 [] 1.0:2.0 = tensor(1.+2.j)
  complex64 [2] 1.5:-2.0 -0.25:1000.0 = tensor([ 1.5000-2.j, -0.2500+1000.j])
  complex128 [2,1] 0.0:1.0 -1e-06:3.0 = tensor([[ 0.0000e+00+1.j],|        [-1.0000e-06+3.j]], dtype=torch.complex128)
  complex32 [1] 1.0:-0.5 = tensor([1.-0.5000j], dtype=torch.complex32)
  complex64 [6] 3.506:-5.406 -5.954:-10.229 13.046:-5.493 11.548:3.805 -2.61:6.676 2.722:1.315 = tensor([ 3.5060-5.4060j, -5.9540-10.2290j, 13.0460-5.4930j, 11.5480+3.8050j,|        -2.6100+6.6760j,  2.7220+1.3150j])
  float32 [0]  = tensor([])
  int64 [0]  = tensor([], dtype=torch.int64)
  float32 [0,3]  = tensor([], size=(0, 3))
  bool [2,0]  = tensor([], size=(2, 0), dtype=torch.bool)
  float16 [0]  = tensor([], dtype=torch.float16)
  float64 [1,2,0]  = tensor([], size=(1, 2, 0), dtype=torch.float64)
  float32 [1,1,1,1] 0.5 = tensor([[[[0.5000]]]])
  float8_e4m3fn [3] 1.0 0.3 -448.0 = tensor([ 1.0000e+00,  3.1250e-01, -4.4800e+02], dtype=torch.float8_e4m3fn)
  float8_e5m2 [2] 1.0 inf = tensor([1., inf], dtype=torch.float8_e5m2)
  float8_e8m0fnu [2] 0.0 4.0 = tensor([0., 4.], dtype=torch.float8_e8m0fnu)
  float8_e8m0fnu [2] 1e-38 4.0 = tensor([1.1755e-38, 4.0000e+00], dtype=torch.float8_e8m0fnu)
  float64 [4] 123456.0 1.0 1.0 1.0 = tensor([1.2346e+05, 1.0000e+00, 1.0000e+00, 1.0000e+00], dtype=torch.float64)
  float64 [7] -1.376 0.071 0.894 0.487 0.996 1.49 0.411 = tensor([-1.3760,  0.0710,  0.8940,  0.4870,  0.9960,  1.4900,  0.4110],|       dtype=torch.float64)
  float64 [6] 1.975 -1.513 -0.241 -2.525 0.821 0.094 = tensor([ 1.9750, -1.5130, -0.2410, -2.5250,  0.8210,  0.0940],|       dtype=torch.float64)
  int16 [21] 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 = tensor([ 0,  1,  2,  3,  4,  5,  6,  7,  8,  9, 10, 11, 12, 13, 14, 15, 16, 17,|        18, 19, 20], dtype=torch.int16)
  float16 [1] 65504.0 = tensor([65504.], dtype=torch.float16)
  float32 [2] 0.1 16777216.0 = tensor([1.0000e-01, 1.6777e+07])
  int64 [1001] range = tensor([   0,    1,    2,  ...,  998,  999, 1000])
  float32 [40,40] range = tensor([[0.0000e+00, 1.0000e+00, 2.0000e+00,  ..., 3.7000e+01, 3.8000e+01,|         3.9000e+01],|        [4.0000e+01, 4.1000e+01, 4.2000e+01,  ..., 7.7000e+01, 7.8000e+01,|         7.9000e+01],|        [8.0000e+01, 8.1000e+01, 8.2000e+01,  ..., 1.1700e+02, 1.1800e+02,|         1.1900e+02],|        ...,|        [1.4800e+03, 1.4810e+03, 1.4820e+03,  ..., 1.5170e+03, 1.5180e+03,|         1.5190e+03],|        [1.5200e+03, 1.5210e+03, 1.5220e+03,  ..., 1.5570e+03, 1.5580e+03,|         1.5590e+03],|        [1.5600e+03, 1.5610e+03, 1.5620e+03,  ..., 1.5970e+03, 1.5980e+03,|         1.5990e+03]])
  int64 [9,7,20] range = tensor([[[   0,    1,    2,  ...,   17,   18,   19],|         [  20,   21,   22,  ...,   37,   38,   39],|         [  40,   41,   42,  ...,   57,   58,   59],|         ...,|         [  80,   81,   82,  ...,   97,   98,   99],|         [ 100,  101,  102,  ...,  117,  118,  119],|         [ 120,  121,  122,  ...,  137,  138,  139]],||        [[ 140,  141,  142,  ...,  157,  158,  159],|         [ 160,  161,  162,  ...,  177,  178,  179],|         [ 180,  181,  182,  ...,  197,  198,  199],|         ...,|         [ 220,  221,  222,  ...,  237,  238,  239],|         [ 240,  241,  242,  ...,  257,  258,  259],|         [ 260,  261,  262,  ...,  277,  278,  279]],||        [[ 280,  281,  282,  ...,  297,  298,  299],|         [ 300,  301,  302,  ...,  317,  318,  319],|         [ 320,  321,  322,  ...,  337,  338,  339],|         ...,|         [ 360,  361,  362,  ...,  377,  378,  379],|         [ 380,  381,  382,  ...,  397,  398,  399],|         [ 400,  401,  402,  ...,  417,  418,  419]],||        ...,||        [[ 840,  841,  842,  ...,  857,  858,  859],|         [ 860,  861,  862,  ...,  877,  878,  879],|         [ 880,  881,  882,  ...,  897,  898,  899],|         ...,|         [ 920,  921,  922,  ...,  937,  938,  939],|         [ 940,  941,  942,  ...,  957,  958,  959],|         [ 960,  961,  962,  ...,  977,  978,  979]],||        [[ 980,  981,  982,  ...,  997,  998,  999],|         [1000, 1001, 1002,  ..., 1017, 1018, 1019],|         [1020, 1021, 1022,  ..., 1037, 1038, 1039],|         ...,|         [1060, 1061, 1062,  ..., 1077, 1078, 1079],|         [1080, 1081, 1082,  ..., 1097, 1098, 1099],|         [1100, 1101, 1102,  ..., 1117, 1118, 1119]],||        [[1120, 1121, 1122,  ..., 1137, 1138, 1139],|         [1140, 1141, 1142,  ..., 1157, 1158, 1159],|         [1160, 1161, 1162,  ..., 1177, 1178, 1179],|         ...,|         [1200, 1201, 1202,  ..., 1217, 1218, 1219],|         [1220, 1221, 1222,  ..., 1237, 1238, 1239],|         [1240, 1241, 1242,  ..., 1257, 1258, 1259]]])
  int32 [300,4] range = tensor([[   0,    1,    2,    3],|        [   4,    5,    6,    7],|        [   8,    9,   10,   11],|        ...,|        [1188, 1189, 1190, 1191],|        [1192, 1193, 1194, 1195],|        [1196, 1197, 1198, 1199]], dtype=torch.int32)
  bool [8,8,16] range = tensor([[[False,  True,  True,  ...,  True,  True,  True],|         [ True,  True,  True,  ...,  True,  True,  True],|         [ True,  True,  True,  ...,  True,  True,  True],|         ...,|         [ True,  True,  True,  ...,  True,  True,  True],|         [ True,  True,  True,  ...,  True,  True,  True],|         [ True,  True,  True,  ...,  True,  True,  True]],||        [[ True,  True,  True,  ...,  True,  True,  True],|         [ True,  True,  True,  ...,  True,  True,  True],|         [ True,  True,  True,  ...,  True,  True,  True],|         ...,|         [ True,  True,  True,  ...,  True,  True,  True],|         [ True,  True,  True,  ...,  True,  True,  True],|         [ True,  True,  True,  ...,  True,  True,  True]],||        [[ True,  True,  True,  ...,  True,  True,  True],|         [ True,  True,  True,  ...,  True,  True,  True],|         [ True,  True,  True,  ...,  True,  True,  True],|         ...,|         [ True,  True,  True,  ...,  True,  True,  True],|         [ True,  True,  True,  ...,  True,  True,  True],|         [ True,  True,  True,  ...,  True,  True,  True]],||        ...,||        [[ True,  True,  True,  ...,  True,  True,  True],|         [ True,  True,  True,  ...,  True,  True,  True],|         [ True,  True,  True,  ...,  True,  True,  True],|         ...,|         [ True,  True,  True,  ...,  True,  True,  True],|         [ True,  True,  True,  ...,  True,  True,  True],|         [ True,  True,  True,  ...,  True,  True,  True]],||        [[ True,  True,  True,  ...,  True,  True,  True],|         [ True,  True,  True,  ...,  True,  True,  True],|         [ True,  True,  True,  ...,  True,  True,  True],|         ...,|         [ True,  True,  True,  ...,  True,  True,  True],|         [ True,  True,  True,  ...,  True,  True,  True],|         [ True,  True,  True,  ...,  True,  True,  True]],||        [[ True,  True,  True,  ...,  True,  True,  True],|         [ True,  True,  True,  ...,  True,  True,  True],|         [ True,  True,  True,  ...,  True,  True,  True],|         ...,|         [ True,  True,  True,  ...,  True,  True,  True],|         [ True,  True,  True,  ...,  True,  True,  True],|         [ True,  True,  True,  ...,  True,  True,  True]]])
  """#

/// Views and writes; the first and the last tensor, or an error.
let chainTable = #"""
  base 3,1,2,2;diagonal 1,-1,2;chunk 1,1;narrow -3,-1,1 = [3,1,2,2][4,4,2,1]0c[0,1,2,3,4,5,6,7,8,9,10,11][1,1,1][4,4,3]10c[10]
  base 4,1;add;add;movedim -1 -1;view 1,1,1,1,4 = [4,1][1,1]0c[0,1,2,3][1,1,1,1,4][4,4,4,4,1]0c[0,0,0,0]
  base 2,2;resize 3;unsqueeze -2;diagonal 1,-1,-1 = -
  base 3,1;fill 53;expand 2,-1,2;resize 1,3;clone;resize 0;squeeze -1;diagonal 1,-1,0 = -
  base 1,2;slice -2,-2,2,2;channels_last = -
  base 3,1;diagonal 0,-2,1;expand 2;channels_last = -
  base 2,1,3,1;resize 3,1;reshape -1,3;add;diagonal 0,1,1 = -
  base 1;as_strided 1 1 3 = -
  base ;flatten 0,-1;reshape ;flatten 0,-1;movedim -1 0 = [][]0c[0][1][1]0c[0]
  base 3,3,2;unfold 1,1,2;as_strided 0 3 2;channels_last = -
  base 1;chunk 2,0;fill 45;movedim 0 0;diagonal 0,0,0 = -
  base 2,4;as_strided 1,1,1 2,3,2 0;fill 63;select 1,3 = -
  base 2,2,1,2;reshape 2,1,2,1,2;slice 3,-5,1,2;diagonal 1,4,-4;unbind -1 = [2,2,1,2][4,2,2,1]0c[0,1,2,3,4,5,6,7][2,2,1,0][4,2,4,5]0c[]
  base 3;diagonal 1,0,0 = -
  base ;diagonal -2,0,-1 = -
  base 3,3;transpose 1,1;unbind 0;movedim -1 -1;add;unfold 0,1,1 = [3,3][3,1]0c[0,1,2,3,4,5,6,7,8][3,1][1,1]0c[0,0,0]
  base 1,4;unsqueeze -3;transpose 0,-3;clone;chunk 3,-1 = [1,4][4,1]0c[0,1,2,3][1,1,2][4,4,1]2c[2,3]
  base 1;clone;squeeze -1;unsqueeze 0;clone = [1][1]0c[0][1][1]0c[0]
  base 1,1,3,1;diagonal 0,-2,-4;view ;squeeze 0;fill 23;fill 79;slice -1,1,7,2 = -
  base ;view ;transpose -1,0;unbind -1 = -
  base ;squeeze -1;expand ;as_strided 3,0,3 3,0,0 0;narrow 1,-2,2 = -
  base 4;select -1,0;select -1,1 = -
  base 0;expand 1,0;unfold -1,0,2;expand 2,2,2,-1;reshape 0,2,2,2;chunk 3,-1 = [0][1]0c[][0,2,2,1][8,4,2,1]1c[]
  base 2,3;transpose -1,0;movedim 1 -1;transpose -2,0;expand 3,2;channels_last = -
  base 1;reshape ;select -1,-2 = -
  base ;clone;fill 54;view ;flatten 0,0;add;flatten 0,0 = [][]0c[0][1][1]0c[0]
  base 2,1,4;transpose 1,-1;permute 2,0,1;unsqueeze -1;reshape -1;diagonal 0,-1,-1 = -
  base 2,3,2;reshape 2,1,2,1,3;resize 2,1;movedim 0 0;expand 1,2,1 = [2,3,2][6,2,1]0c[0,1,2,3,4,5,6,7,8,9,10,11][1,2,1][2,1,1]0c[0,1]
  base 4;view 2,1,2;select -3,-3 = -
  base ;copy;reshape ;clone;unfold -1,0,2 = [][]0c[0][0][1]0c[]
  base 1,2,4;chunk 1,-3;as_strided 0 1 0;slice -1,2,3,2;clone = [1,2,4][8,4,1]0c[0,1,2,3,4,5,6,7][0][2]0c[]
  base 4,2,3;narrow 1,-2,0;unsqueeze 3;expand 2,-1,0,3,3;expand 1,2,-1,0,-1,3;clone;resize 0 = [4,2,3][6,3,1]0c[0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23][0][1]0c[]
  base 3;expand 2,-1;chunk 1,0;copy = -
  base 4;resize ;reshape ;resize 2,0,3;chunk 1,-1 = [][]0c[0][2,0,3][3,3,1]0c[]
  base ;select -1,-1 = -
  base 3,4,1;permute 1,2,0;diagonal 1,-1,1;view 0,4 = [3,4,1][4,1,1]0c[0,1,2,3,4,5,6,7,8,9,10,11][0,4][4,1]0c[]
  base ;channels_last = -
  base 4;movedim -1 -1;chunk 2,0;add;view -1,1,2 = [4][1]0c[0,1,2,3][1,1,2][2,2,1]0c[0,0]
  base ;unbind -1 = -
  base 3,2,2;chunk 3,-1;narrow -1,0,0;fill 17;add;clone = [3,2,2][4,2,1]0c[0,1,2,3,4,5,6,7,8,9,10,11][3,2,0][2,1,1]0c[]
  base 2,4,1;unfold -3,2,1;as_strided 3,0 1,3 0;permute 1,0;unfold -2,2,1 = -
  base 1,2;unsqueeze -3;view 1,2;unsqueeze -3;squeeze 2;narrow -3,-2,0 = -
  base 2,1;narrow 0,2,1 = -
  base 4,2,3;as_strided 2 1 0;slice 0,-1,7,2;add;expand 2;copy = -
  base 2,3,3;flatten -3,-2;permute 0,1;unbind -1;flatten -1,0 = [2,3,3][9,3,1]0c[0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17][6][3]2[2,5,8,11,14,17]
  base 3,1,2,1;slice 3,5,1,1;resize 0,0,1;fill 30;permute 2,1,0;transpose -1,1 = [3,1,2,1][2,2,1,1]0c[0,1,2,3,4,5][1,0,0][1,1,1]1c[]
  base ;movedim 0 -1;resize ;diagonal -2,-1,-1 = -
  base 2;fill 20;narrow 0,2,1 = -
  base 1,3,3;slice -1,1,-3,2;clone;copy = -
  base ;permute ;unsqueeze 0;as_strided 3 0 1 = -
  base 3,1,1;clone;flatten -2,1;unfold -2,0,2;diagonal -1,-3,-4;transpose -1,-3;view 1,0,0;chunk 2,0 = [3,1,1][1,1,1]0c[0,1,2][1,0,0][1,1,1]0c[]
  base 4,1,4,1;view 8,2;unfold -2,1,2;transpose -1,-2;flatten -3,-1 = [4,1,4,1][4,4,1,1]0c[0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15][8][1]0c[0,1,4,5,8,9,12,13]
  base 2;transpose 0,0;unsqueeze -2;fill 91;permute 1,0;movedim -2 -2 = [2][1]0c[91,91][2,1][1,2]0c[91,91]
  base 3,2,4;add;movedim -2 0;narrow -3,0,2;view 1,-1,8 = -
  base 3;slice -1,-1,3,3;chunk 1,0;permute 0;permute 0;copy = -
  base 3,4,2;transpose -1,-3;chunk 1,2;unfold -2,1,2;fill 17;view 1,2,6 = -
  base 2,1,2,3;view 6,2;movedim -2 -2;diagonal 2,0,1;unfold 0,1,1 = -
  base 2,3;view 3,2;copy = -
  base 4;add;transpose -1,0;chunk 1,-1;movedim -1 0 = [4][1]0c[0,1,2,3][4][1]0c[0,0,0,0]
  base ;unbind 0 = -
  base ;channels_last = -
  base 2,1,1,3;copy;channels_last;chunk 3,-3;copy;fill 44 = [2,1,1,3][3,3,3,1]0c[44,44,44,44,44,44][2,1,1,3][3,3,3,1]0c[44,44,44,44,44,44]
  base ;unsqueeze 0;movedim 0 0;view ;as_strided 3,3,3 1,1,2 2 = -
  base 1,1,4,4;slice -2,2,-3,3;channels_last;movedim 1 -4;transpose 2,0 = [1,1,4,4][16,16,4,1]0c[0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15][0,1,1,4][4,0,1,1]0c[]
  base 3,3,1,1;as_strided 0 2 1;reshape 0;select 0,2 = -
  base 3,3;unsqueeze 2;as_strided 3,0 0,2 0;select -2,-3 = [3,3][3,1]0c[0,1,2,3,4,5,6,7,8][0][2]0c[]
  base 4,2;permute 1,0;expand 2,2,-1;unsqueeze 3;flatten -4,-1 = [4,2][2,1]0c[0,1,2,3,4,5,6,7][16][1]0c[0,2,4,6,1,3,5,7,0,2,4,6,1,3,5,7]
  base 2,2,3,1;unsqueeze -5;copy;movedim -1 2;chunk 3,3 = [2,2,3,1][6,3,1,1]0c[0,1,2,3,4,5,6,7,8,9,10,11][1,2,1,1,3][12,6,1,3,1]3[3,4,5,9,10,11]
  base 1;narrow -1,-1,0;copy;expand 2,-1;fill 30;resize 0,2,2;copy = [1][1]0c[0][0,2,2][4,2,1]0c[]
  base 2,2;view 2,1,2;fill 46;flatten 1,2 = [2,2][2,1]0c[46,46,46,46][2,2][2,1]0c[46,46,46,46]
  base 3,1;chunk 3,1;fill 17;squeeze -2;transpose 1,-2;movedim -2 -1 = [3,1][1,1]0c[17,17,17][3,1][1,1]0c[17,17,17]
  base 4;clone;clone;unsqueeze -2;view 4;add;add = [4][1]0c[0,1,2,3][1,4][4,1]0c[0,0,0,0]
  base 3;select -1,0;view ;reshape  = [3][1]0c[0,1,2][][]0c[0]
  base 3;narrow 0,1,2;fill 81;resize 1,1,2 = [3][1]0c[0,81,81][1,1,2][2,2,1]1c[81,81]
  base 1,2,1,4;transpose 0,-2;view 2,4;permute 1,0;resize 2,0,3;transpose -1,-3 = [1,2,1,4][8,4,4,1]0c[0,1,2,3,4,5,6,7][3,0,2][1,3,3]0c[]
  base 1,4;fill 35;add;unfold 1,0,1;expand 2,1,-1,-1;flatten -3,-2;view 0,5,2 = [1,4][4,1]0c[35,35,35,35][0,5,2][10,2,1]0c[]
  base 1;permute 0;unbind -1;expand ;unsqueeze 0;unsqueeze 1;fill 39;reshape  = [1][1]0c[39][][]0c[39]
  base 0,3,3,2;reshape 2,3,3,0;clone;reshape 0,3,3,2 = [0,3,3,2][18,6,2,1]0c[][0,3,3,2][18,6,2,1]0c[]
  base 2,3;unfold -1,1,2;view 2,2;reshape 4 = [2,3][3,1]0c[0,1,2,3,4,5][4][1]0c[0,2,3,5]
  base ;squeeze -1;squeeze 0;squeeze -1;copy = [][]0c[0][][]0c[0]
  base 4,2;fill 71;chunk 1,1;add;add;reshape 2,4;as_strided 1,2,3 1,3,1 0 = [4,2][2,1]0c[71,71,71,71,71,71,71,71][1,2,3][1,3,1]0c[0,0,0,0,0,0]
  base 2,4;select 1,0;clone;movedim -1 -1;as_strided 1,1,0 0,3,3 0;fill 28;view 0,1,1;resize 0 = [2,4][4,1]0c[0,1,2,3,4,5,6,7][0][1]0c[]
  base ;flatten 0,-1;permute 0;view  = [][]0c[0][][]0c[0]
  base 4,3;select 1,1;clone;fill 81;as_strided 2 0 3 = [4,3][3,1]0c[0,1,2,3,4,5,6,7,8,9,10,11][2][0]3[81,81]
  base 3,2;reshape 6;narrow -1,1,1;unsqueeze -2;unsqueeze -2 = [3,2][2,1]0c[0,1,2,3,4,5][1,1,1][1,1,1]1c[1]
  base 1,2,2,3;view 1,12;flatten -2,-1;fill 33;resize 2,1;add = [1,2,2,3][12,6,3,1]0c[33,33,33,33,33,33,33,33,33,33,33,33][2,12][12,1]0c[0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0]
  base 1,2,4;clone;add;diagonal 0,2,1 = [1,2,4][8,4,1]0c[0,1,2,3,4,5,6,7][1,2][8,5]0[0,0]
  base 1,2,1,4;squeeze -4;permute 1,0,2;unbind 1 = [1,2,1,4][8,4,4,1]0c[0,1,2,3,4,5,6,7][1,4][4,1]4c[4,5,6,7]
  base ;reshape ;flatten -1,0;unbind 0;copy;clone;clone = [][]0c[0][][]0c[0]
  base 4;as_strided 3,0 2,2 3;expand 3,0;expand 3,0;clone = [4][1]0c[0,1,2,3][3,0][2,2]0c[]
  base 3,3,2;fill 97;unsqueeze 0;reshape 18 = [3,3,2][6,2,1]0c[97,97,97,97,97,97,97,97,97,97,97,97,97,97,97,97,97,97][18][1]0c[97,97,97,97,97,97,97,97,97,97,97,97,97,97,97,97,97,97]
  base 3,2,3,1;fill 57;squeeze 3;clone = [3,2,3,1][6,3,1,1]0c[57,57,57,57,57,57,57,57,57,57,57,57,57,57,57,57,57,57][3,2,3][6,3,1]0c[57,57,57,57,57,57,57,57,57,57,57,57,57,57,57,57,57,57]
  base 1,3,1;expand 3,-1,1;permute 2,0,1;chunk 1,1;movedim -3 2;narrow 0,0,0;reshape 1,3,-1;slice 0,0,-1,1 = [1,3,1][3,1,1]0c[0,1,2][0,3,0][3,1,1]0c[]
  base 1,2;add;add;add;fill 11;transpose 1,0;resize 0 = [1,2][2,1]0c[0,1][0][1]0c[]
  base 2,2,4;copy;fill 55;clone;movedim -3 1 = [2,2,4][8,4,1]0c[55,55,55,55,55,55,55,55,55,55,55,55,55,55,55,55][2,2,4][4,8,1]0[55,55,55,55,55,55,55,55,55,55,55,55,55,55,55,55]
  base 3;transpose -1,-1;expand 2,-1;narrow -1,1,1 = [3][1]0c[0,1,2][2,1][0,1]1[1,1]
  base 4,2,2;fill 44;diagonal 2,1,-3;movedim 1 -1 = [4,2,2][4,2,1]0c[44,44,44,44,44,44,44,44,44,44,44,44,44,44,44,44][2,2][1,6]8[44,44,44,44]
  base 2,3,1;squeeze 1;as_strided 3 1 0;resize 2,1,2 = [2,3,1][3,1,1]0c[0,1,2,3,4,5][2,1,2][2,2,1]0c[0,1,2,3]
  base 1,3,1;select 1,-3;expand 1,2;add = [1,3,1][3,1,1]0c[0,1,2][1,2][2,1]0c[0,0]
  base ;flatten 0,-1;add;chunk 3,-1 = [][]0c[0][1][1]0c[0]
  base 2,3;unfold -1,3,1;unsqueeze 1;unbind 3;diagonal 1,1,2 = [2,3][3,1]0c[0,1,2,3,4,5][2,0][3,2]2c[]
  base ;fill 74;add;reshape ;unfold 0,0,1;clone;add = [][]0c[74][0][1]0c[]
  base 3,4;transpose -2,0;permute 1,0;unbind -2 = [3,4][4,1]0c[0,1,2,3,4,5,6,7,8,9,10,11][3][4]3[3,7,11]
  base 0,1,1,3;squeeze 1;movedim -1 1;resize 0,1,2 = [0,1,1,3][3,3,3,1]0c[][0,1,2][2,2,1]0c[]
  base 1,2;expand 1,3,2;flatten 0,-3;unsqueeze 1;expand 3,1,-1,-1;diagonal 2,2,-3;transpose -2,-1 = [1,2][2,1]0c[0,1][3,0,2][0,0,1]0c[]
  base 1,2;movedim -1 -1;reshape 1,2;expand 1,3,2;chunk 1,-2;resize  = [1,2][2,1]0c[0,1][][]0c[0]
  base 3;clone;resize 1;clone;flatten 0,-1 = [3][1]0c[0,1,2][1][1]0c[0]
  base ;unsqueeze -1;chunk 3,-1;unbind -1 = [][]0c[0][][]0c[0]
  base 3,2,3;view 18;clone;as_strided 2 1 2 = [3,2,3][6,3,1]0c[0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17][2][1]2c[2,3]
  base 1,1;select -2,-1;flatten 0,0;flatten -1,0;narrow -1,-1,0;narrow 0,0,0;unsqueeze -2 = [1,1][1,1]0c[0][1,0][0,1]0c[]
  base 1,2,3;transpose -1,2;view 2,3;view -1,2,1,3 = [1,2,3][6,3,1]0c[0,1,2,3,4,5][1,2,1,3][6,3,3,1]0c[0,1,2,3,4,5]
  base 2,4,1,1;resize ;add;unsqueeze -1;movedim 0 -1;expand 2;unsqueeze 0 = [][]0c[0][1,2][0,0]0[0,0]
  base ;movedim -1 0;resize 1;slice -1,4,3,2 = [][]0c[0][0][2]1c[]
  base 1,1,4,1;view 1,1,2,2;clone;view -1;chunk 2,-1;as_strided 3,3,0 2,0,0 3;reshape 0,3,3 = [1,1,4,1][4,4,1,1]0c[0,1,2,3][0,3,3][9,3,1]3c[]
  base 2;clone;view -1;unbind -1 = [2][1]0c[0,1][][]1c[1]
  base ;clone;copy;fill 65 = [][]0c[0][][]0c[65]
  base ;add;clone;clone = [][]0c[0][][]0c[0]
  base 1;permute 0;resize ;flatten -1,0;movedim -1 0 = [1][1]0c[0][1][1]0c[0]
  base 2,1;movedim 0 -1;fill 58;squeeze -1 = [2,1][1,1]0c[58,58][1,2][1,1]0c[58,58]
  base 3,1,3,2;transpose 2,-1;unfold 3,0,2;movedim -3 4;fill 60 = [3,1,3,2][6,6,2,1]0c[0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17][3,1,2,0,2][6,6,4,2,1]0c[]
  base 3,4;chunk 1,-1;narrow -1,-1,0;transpose -2,1;fill 87 = [3,4][4,1]0c[0,1,2,3,4,5,6,7,8,9,10,11][0,3][1,4]3c[]
  base 1,1,4;permute 2,0,1;unsqueeze 0;unbind 3 = [1,1,4][4,4,1]0c[0,1,2,3][1,4,1][4,1,4]0c[0,1,2,3]
  base 3;narrow 0,-1,0;slice -1,-5,2,3;as_strided 2,0,2 2,1,0 1;chunk 2,-1;chunk 3,0 = [3][1]0c[0,1,2][1,0,1][2,1,0]3c[]
  base 4;resize 0,2,3;slice -3,0,3,3;copy = [0,2,3][6,3,1]0c[][0,2,3][18,3,1]0c[]
  base 4,3;movedim -1 1;view -1,6;unsqueeze 2 = [4,3][3,1]0c[0,1,2,3,4,5,6,7,8,9,10,11][2,6,1][6,1,1]0c[0,1,2,3,4,5,6,7,8,9,10,11]
  base 4,2,2;slice -3,-2,1,1;view 2,2,0;expand 1,2,-1,0;channels_last = [4,2,2][4,2,1]0c[0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15][1,2,2,0][0,1,0,2]0c[]
  base 4;squeeze 0;expand -1;copy;copy;transpose -1,0;permute 0;expand 4 = [4][1]0c[0,1,2,3][4][1]0c[0,1,2,3]
  base 2,2,2;unfold 2,1,2;chunk 1,1;unsqueeze 2;slice -3,2,2,2;as_strided 0,1,2 2,2,2 2 = [2,2,2][4,2,1]0c[0,1,2,3,4,5,6,7][0,1,2][2,2,2]2c[]
  base 1,3,2,1;unfold 1,3,2;as_strided 1,0 3,2 0;view -1,1;flatten -1,1 = [1,3,2,1][6,2,1,1]0c[0,1,2,3,4,5][0,1][1,1]0c[]
  base 2,3;transpose -1,0;as_strided 3,2,0 2,3,2 0;slice 0,3,4,1;view 0,2,0 = [2,3][3,1]0c[0,1,2,3,4,5][0,2,0][2,3,2]6c[]
  base 1,4;unsqueeze -3;add;chunk 3,-2;transpose -2,-2;resize 2,1;clone;chunk 1,-2 = [1,4][4,1]0c[0,1,2,3][2,1][1,1]0c[0,0]
  base 3,2;chunk 3,0;movedim 1 -2;resize 0;unsqueeze 0;expand 1,1,0;squeeze -1 = [3,2][2,1]0c[0,1,2,3,4,5][1,1,0][0,0,1]4c[]
  base 4,2;unsqueeze 1;chunk 2,-3;add;expand 1,2,1,2;add;flatten -4,1;squeeze 1 = [4,2][2,1]0c[0,1,2,3,4,5,6,7][2,2][2,1]0c[0,0,0,0]
  base ;reshape ;clone;clone = [][]0c[0][][]0c[0]
  base 2;transpose -1,-1;expand -1;view 2;unsqueeze -1;unfold -1,1,2;reshape 1,1,-1;add = [2][1]0c[0,1][2,1,2][2,4,1]0c[0,0,0,0]
  base 2,2;chunk 1,-1;unfold -2,0,1;resize 2,0 = [2,2][2,1]0c[0,1,2,3][2,0][1,1]0c[]
  base 2;unbind -1;as_strided 0 0 0;as_strided 1,3,1 2,0,2 0 = [2][1]0c[0,1][1,3,1][2,0,2]0[0,0,0]
  base 4,1,1;copy;fill 23;movedim 1 2;chunk 2,0;slice -2,0,5,2;transpose 2,-1 = [4,1,1][1,1,1]0c[23,23,23,23][2,1,1][1,2,1]2c[23,23]
  base 4;add;fill 72;transpose -1,0;chunk 2,0 = [4][1]0c[0,1,2,3][2][1]2c[72,72]
  base 3,1;chunk 2,-2;chunk 1,-1;slice -2,0,6,3;unsqueeze 0;movedim -1 -1;movedim 1 -3;movedim 1 2 = [3,1][1,1]0c[0,1,2][1,1,1][3,1,3]2c[2]
  base 4;select 0,-2;unfold -1,0,2;clone;as_strided 0,0 3,2 3 = [4][1]0c[0,1,2,3][0,0][3,2]3c[]
  base 3,2,1,3;fill 43;expand 1,-1,-1,1,3;add;flatten 0,4;select -1,-2 = [3,2,1,3][6,3,3,1]0c[43,43,43,43,43,43,43,43,43,43,43,43,43,43,43,43,43,43][][]16c[0]
  base ;transpose 0,-1;flatten 0,0;fill 51 = [][]0c[51][1][1]0c[51]
  base 1,2;unfold -2,0,1;fill 93;diagonal -1,0,-1 = [1,2][2,1]0c[0,1][2,0][1,4]0c[]
  base 4,3;reshape -1,2;slice -2,2,2,3;view 2,0;slice 1,-3,7,1;as_strided 0,1,2 0,3,3 1;squeeze -1 = [4,3][3,1]0c[0,1,2,3,4,5,6,7,8,9,10,11][0,1,2][0,3,3]1c[]
  base 3;chunk 2,0;narrow 0,-1,1;slice -1,-2,-2,3;narrow -1,0,0 = [3][1]0c[0,1,2][0][3]2c[]
  base 4;flatten 0,0;unsqueeze -1;view 1,4;as_strided 1 3 1 = [4][1]0c[0,1,2,3][1][3]1c[1]
  base 3;permute 0;reshape 1,1,1,1,3;as_strided 3,2,0 3,2,3 2;fill 11;reshape -1,2,3 = [3][1]0c[0,1,2][0,2,3][6,3,1]2c[]
  base 1;movedim 0 -1;reshape ;permute ;add;squeeze 0 = [1][1]0c[0][][]0c[0]
  base 4,2;view 1,4,2;permute 1,2,0;clone = [4,2][2,1]0c[0,1,2,3,4,5,6,7][4,2,1][2,1,8]0c[0,1,2,3,4,5,6,7]
  """#

/// What `conversionTable` converts from float64.
let conversionFloats: [Double] = [
  0.0,
  -0.0,
  1.0,
  -1.5,
  2.5,
  3.7,
  127.0,
  248.0,
  448.0,
  463.0,
  464.0,
  480.0,
  -500.0,
  1000.0,
  61439.0,
  61440.0,
  65519.0,
  65520.0,
  1000000000.0,
  1e+30,
  0.001,
  0.0009765625,
  0.0014,
  6e-08,
  2.9e-08,
  1e-09,
  -1e-40,
  1.00390625,
  1.01171875,
  .infinity,
  -.infinity,
  .nan,
]
