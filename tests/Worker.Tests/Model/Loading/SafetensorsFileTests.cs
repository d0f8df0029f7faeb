using System.Runtime.InteropServices;
using Godwit.Worker.Model;

namespace Godwit.Worker.Tests.Model.Loading;

public sealed class SafetensorsFileTests : IDisposable
{
    private const string Name = "model.safetensors";

    private readonly TemporaryModel _model = new();

    public void Dispose() => _model.Dispose();

    [Fact]
    public void Open_WrittenFile_GivesTheSameTensors()
    {
        _model.Write(Name,
            SafetensorsTensor.FromFloats("matrix", [2, 3], [1, 2, 3, 4, 5, 6]), SafetensorsTensor.FromFloats("empty", [0, 4], []),
            SafetensorsTensor.FromFloats("scalar", [], [float.NaN]));

        using var file = SafetensorsFile.Open(_model.File(Name));
        var matrix = file.Get("matrix");
        Assert.Equal((WeightDtype.F32, 6L, 24L), (matrix.Dtype, matrix.ElementCount, matrix.ByteLength));
        Assert.Equal([2, 3], matrix.Shape);
        var values = new float[6];
        matrix.CopyTo(values);
        Assert.Equal([1, 2, 3, 4, 5, 6], values);
        matrix.CopyTo(values.AsSpan(0, 2), firstElement: 4);
        Assert.Equal([5, 6], values[..2]);
        Assert.Equal((0L, 1L), (file.Get("empty").ElementCount, file.Get("scalar").ElementCount));
        Assert.Throws<ArgumentOutOfRangeException>(() => matrix.CopyTo(new float[7]));
        Assert.Throws<ArgumentOutOfRangeException>(() => matrix.CopyTo(new float[2], firstElement: 5));
        Assert.Same(matrix, matrix.Require(2, 3));
        Assert.Contains("[2, 3]; the configuration asks for [3, 2]", TemporaryModel.Refusal(() => matrix.Require(3, 2)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a")]
    [InlineData("a tensor whose name is so long that the header needs one more line")]
    public void Write_AnyHeader_LetsTheDataBeginAtAMultipleOf64Bytes(string name)
    {
        _model.Write(Name, TemporaryModel.Tensor(name, 7));
        var bytes = File.ReadAllBytes(_model.File(Name));
        var data = 8 + (int)BitConverter.ToInt64(bytes);
        Assert.Equal((0, bytes.Length), (data % 64, data + sizeof(float)));
        Assert.Equal(7, BitConverter.ToSingle(bytes, data));
        Assert.EndsWith("}}", System.Text.Encoding.UTF8.GetString(bytes.AsSpan(8, data - 8)).TrimEnd(' '), StringComparison.Ordinal);
    }

    [Fact]
    public void Write_Header_SaysTheFormat()
    {
        _model.Write(Name, TemporaryModel.Tensor("a", 1));
        var bytes = File.ReadAllBytes(_model.File(Name));
        Assert.StartsWith("""{"__metadata__":{"format":"pt"},"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""",
            System.Text.Encoding.UTF8.GetString(bytes.AsSpan(8)), StringComparison.Ordinal);
    }

    [Fact]
    public void CopyTo_AllHalfPatterns_AreExact()
    {
        var patterns = AllPatterns();
        _model.Write(Name, new SafetensorsTensor("x", WeightDtype.F16, [65536], MemoryMarshal.AsBytes<ushort>(patterns).ToArray()));
        var values = ReadAll("x");
        for (var i = 0; i < values.Length; i++)
            Assert.Equal(BitConverter.SingleToUInt32Bits(HalfByDefinition((ushort)i)), CanonicalNaN(values[i]));
    }

    [Fact]
    public void CopyTo_AllBrainFloatPatterns_AreExact()
    {
        var patterns = AllPatterns();
        _model.Write(Name, new SafetensorsTensor("x", WeightDtype.BF16, [65536], MemoryMarshal.AsBytes<ushort>(patterns).ToArray()));
        var values = ReadAll("x");
        for (var i = 0; i < values.Length; i++)
            Assert.Equal((uint)i << 16, BitConverter.SingleToUInt32Bits(values[i]));
    }

    [Fact]
    public void CopyTo_MoreThanOneChunk_IsSeamless()
    {
        // 1 MiB is converted at a time; odd lengths leave a rest behind vectors and chunks.
        var source = Enumerable.Range(0, 1_200_007).Select(i => (ushort)(i * 31)).ToArray();
        _model.Write(Name, new SafetensorsTensor("x", WeightDtype.BF16, [source.Length], MemoryMarshal.AsBytes<ushort>(source).ToArray()));
        Assert.Equal(source, ReadAll("x").Select(v => (ushort)(BitConverter.SingleToUInt32Bits(v) >> 16)));
    }

    [Theory]
    [InlineData("""{"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 7, "outside")]
    [InlineData("""{"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 9, "belong to no tensor")]
    [InlineData("""{"x":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}""", 4, "does not take 4 bytes")]
    [InlineData("""{"x":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8, "gap")]
    [InlineData("""{"x":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}""", 8, "outside")]
    [InlineData("""{"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"y":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8, "overlaps")]
    [InlineData("""{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"x":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8, "JSON")]
    [InlineData("""{"x":{"dtype":"F32","shape":[1],"shape":[2],"data_offsets":[0,4]}}""", 4, "JSON")]
    [InlineData("""{"x":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,0]}}""", 0, "does not take 0 bytes")]
    [InlineData("""{"x":{"dtype":"F32","shape":[4611686018427387904],"data_offsets":[0,0]}}""", 0, "does not take 0 bytes")]
    [InlineData("""{"x":{"dtype":"F32","shape":[-1,-1],"data_offsets":[0,4]}}""", 4, "lacks a valid")]
    [InlineData("""{"x":{"dtype":"F32","shape":[1.5],"data_offsets":[0,4]}}""", 4, "lacks a valid")]
    [InlineData("""{"x":{"dtype":"F32","shape":["NaN"],"data_offsets":[0,4]}}""", 4, "lacks a valid")]
    [InlineData("""{"x":{"dtype":"F32","shape":[NaN],"data_offsets":[0,4]}}""", 4, "JSON")]
    [InlineData("""{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,9223372036854775808]}}""", 4, "lacks a valid")]
    [InlineData("""{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,2,4]}}""", 4, "lacks a valid")]
    [InlineData("""{"x":{"dtype":7,"shape":[1],"data_offsets":[0,4]}}""", 4, "lacks a valid")]
    [InlineData("""{"x":{"shape":[1],"data_offsets":[0,4]}}""", 4, "lacks a valid")]
    [InlineData("""{"x":[1]}""", 4, "lacks a valid")]
    [InlineData("""{"\ud800":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 4, "JSON")]
    [InlineData("""{"x":""", 4, "JSON")]
    [InlineData("""[1]""", 4, "'{'")]
    [InlineData("", 4, "'{'")]
    public void Open_UnsoundHeader_IsRefused(string header, int dataBytes, string problem) =>
        Assert.Contains(problem, Refusal(_model.WriteRaw(Name, header, dataBytes)), StringComparison.Ordinal);

    [Theory]
    [InlineData(100_000_001UL, "at most 100000000")]
    [InlineData(ulong.MaxValue, "at most 100000000")]
    [InlineData(0x7ff8000000000000UL, "at most 100000000")] // a not-a-number
    [InlineData(99_000_000UL, "truncated")]
    [InlineData(3UL, "truncated")]
    public void Open_UnsoundHeaderLength_IsRefused(ulong length, string problem) =>
        Assert.Contains(problem, Refusal(_model.WriteRaw(Name, "{}", 0, length)), StringComparison.Ordinal);

    [Fact]
    public void Open_CutAnywhere_IsRefused()
    {
        _model.Write(Name, TemporaryModel.Tensor("a", 1, 2), TemporaryModel.Tensor("b", 3));
        var whole = File.ReadAllBytes(_model.File(Name));
        for (var length = 0; length < whole.Length; length++)
        {
            File.WriteAllBytes(_model.File(Name), whole[..length]);
            Refusal(_model);
        }
    }

    [Fact]
    public void Get_MissingOrOtherFormat_IsRefusedWhenAskedFor()
    {
        _model.WriteRaw(Name, """{"x":{"dtype":"I64","shape":[1],"data_offsets":[0,8]},"y":{"dtype":"F4","shape":[2],"data_offsets":[8,9]}}""", 9);
        using var file = SafetensorsFile.Open(_model.File(Name));
        Assert.Contains("tensor 'x' is of I64; supported: F32, F16, BF16", TemporaryModel.Refusal(() => file.Get("x")), StringComparison.Ordinal);
        Assert.Contains("F4", TemporaryModel.Refusal(() => file.Get("y")), StringComparison.Ordinal);
        Assert.Contains("tensor 'z' is missing", TemporaryModel.Refusal(() => file.Get("z")), StringComparison.Ordinal);
    }

    [Fact]
    public void Data_AfterDispose_ThrowsInsteadOfReadingUnmappedMemory()
    {
        _model.Write(Name, TemporaryModel.Tensor("a", 1));
        var file = SafetensorsFile.Open(_model.File(Name));
        var tensor = file.Get("a");
        file.Dispose();
        file.Dispose();
        Assert.Throws<ObjectDisposedException>(() => tensor.CopyTo(new float[1]));
    }

    private static string Refusal(TemporaryModel model) => TemporaryModel.Refusal(() => SafetensorsFile.Open(model.File(Name)));

    private float[] ReadAll(string name)
    {
        using var file = SafetensorsFile.Open(_model.File(Name));
        var tensor = file.Get(name);
        var values = new float[tensor.ElementCount];
        tensor.CopyTo(values);
        return values;
    }

    private static ushort[] AllPatterns() => [.. Enumerable.Range(0, 65536).Select(i => (ushort)i)];

    /// <summary>A half's value from its sign, exponent and fraction, computed without the type that the code under test uses.</summary>
    private static float HalfByDefinition(ushort bits)
    {
        var (exponent, fraction) = ((bits >> 10) & 0x1f, bits & 0x3ff);
        if (exponent == 31 && fraction != 0)
            return float.NaN;
        var magnitude = exponent switch
        {
            0 => Math.ScaleB(fraction, -24),
            31 => double.PositiveInfinity,
            _ => Math.ScaleB(1024 + fraction, exponent - 25),
        };
        return (float)((bits & 0x8000) != 0 ? -magnitude : magnitude);
    }

    private static uint CanonicalNaN(float value) => BitConverter.SingleToUInt32Bits(float.IsNaN(value) ? float.NaN : value);
}
