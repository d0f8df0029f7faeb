using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using System.Security.Cryptography;
using CsCheck;
using Godwit.Worker.Model.Cpu;
using Godwit.Worker.Model.Cpu.Dense;
using Godwit.Worker.Model.Cpu.MachineCode;

namespace Godwit.Worker.Tests.Model.Cpu;

/// <summary>
/// The product kernels against sums in double, against each other, and against themselves with other rows beside. CI runs this class once
/// more for each instruction set that .NET can be told to do without.
/// </summary>
[Trait("Category", "Kernels")]
public sealed class DenseKernelTests
{
    /// <summary>Every kernel that this processor can run, with the kernel whose bits it shares.</summary>
    public static TheoryData<string> Names => [.. Kernels().Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Products_AreThoseOfDoubles_ToTheFormatsPrecision(string name)
    {
        DenseKernel kernel = Kernels()[name];
        Gen.Select(Gen.Int[1, 20], Gen.Int[1, 70], Gen.Int[1, 300], Gen.Int).Sample((rows, outputs, inputs, seed) =>
        {
            var product = new KernelProduct(kernel, FormatOf(name), rows, outputs, inputs, seed);
            float[] y = product.Multiply(0, rows);
            for (int row = 0; row < rows; row++)
            {
                for (int output = 0; output < outputs; output++)
                {
                    (double exact, double magnitude) = product.Exact(row, output);
                    Assert.Equal(exact, y[(row * outputs) + output], tolerance: Precision(name) * magnitude);
                }
            }
        }, iter: 60, threads: 1);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void ARow_HasTheSameBits_AloneAndBesideAnyOthers(string name)
    {
        DenseKernel kernel = Kernels()[name];
        Gen.Select(Gen.Int[2, 100], Gen.Int[1, 40], Gen.Int[1, 300], Gen.Int).Sample((rows, outputs, inputs, seed) =>
        {
            var product = new KernelProduct(kernel, FormatOf(name), rows, outputs, inputs, seed);
            float[] together = product.Multiply(0, rows);
            for (int row = 0; row < rows; row++)
            {
                Assert.Equal(together[(row * outputs)..((row + 1) * outputs)], product.Multiply(row, 1));
            }
        }, iter: 40, threads: 1);
    }

    [Fact]
    public void KernelsOfOneFormat_GiveTheSameBits_WhateverTheInstructions()
    {
        foreach (IGrouping<string, KeyValuePair<string, DenseKernel>> kernels in Kernels().GroupBy(k => BitsOf(k.Key)))
        {
            float[]? first = null;
            foreach ((string name, DenseKernel kernel) in kernels)
            {
                float[] y = new KernelProduct(kernel, FormatOf(name), 13, 37, 333, seed: 5).Multiply(0, 13);
                first ??= y;
                Assert.Equal(first, y);
            }
        }
    }

    // Computed once, on a processor with 512-bit vectors: any other must give the same.
    [Theory]
    [InlineData("F32", "4e030168fc500633")]
    [InlineData("BF16", "3fc170642cd81957")]
    [InlineData("Int8", "cbc0eae2d5731d40")]
    public void TheDefaultKernel_GivesTheSameBits_OnEveryMachine(string format, string digest)
    {
        WeightFormat weights = Enum.Parse<WeightFormat>(format);
        float[] y = new KernelProduct(DenseKernel.For(weights, fast: false), weights, 7, 29, 250, seed: 11).Multiply(0, 7);
        Assert.Equal(digest, Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes<float>(y)))[..16]);
    }

    [Fact]
    public void ARowThatIsNoNumber_StaysNone_InIntegers()
    {
        DenseKernel kernel = DenseKernel.For(WeightFormat.Int8, fast: false);
        var product = new KernelProduct(kernel, WeightFormat.Int8, 3, 8, 64, seed: 1, inputs => inputs[64 + 5] = float.NaN);
        float[] y = product.Multiply(0, 3);
        Assert.All(y[..8], value => Assert.True(float.IsFinite(value)));
        Assert.All(y[8..16], value => Assert.True(float.IsNaN(value)));
        Assert.All(y[16..], value => Assert.True(float.IsFinite(value)));
    }

    private static Dictionary<string, DenseKernel> Kernels()
    {
        var kernels = new Dictionary<string, DenseKernel>
        {
            ["f32-256"] = new FloatKernel256<FloatLanes>(),
            ["bf16-256"] = new FloatKernel256<BrainFloatLanes>(),
            ["int8-scalar"] = new Int8KernelScalar(),
        };
        if (Vector512.IsHardwareAccelerated)
        {
            kernels["f32-512"] = new FloatKernel512<FloatLanes>();
            kernels["bf16-512"] = new FloatKernel512<BrainFloatLanes>();
        }

        if (Avx512BW.IsSupported)
        {
            kernels["int8-512"] = new Int8Kernel512();
        }

        if (Avx2.IsSupported)
        {
            kernels["int8-256"] = new Int8Kernel256();
        }

        if (DotTiles.TryCreate(DotFormat.Int8) is { } int8)
        {
            kernels["int8-dot"] = new Int8DotKernel(int8);
        }

        if (DotTiles.TryCreate(DotFormat.BrainFloat) is { } brain)
        {
            kernels["bf16dot-512"] = new BrainFloatDotKernel(brain);
        }

        return kernels;
    }

    private static string BitsOf(string name) => name.Split('-')[0];

    private static WeightFormat FormatOf(string name) => BitsOf(name) switch
    {
        "f32" => WeightFormat.F32,
        "int8" => WeightFormat.Int8,
        _ => WeightFormat.BF16,
    };

    // Of the sum of magnitudes: roundings of sums in f32; of inputs to bf16's 8 bits; of inputs and weights to integers.
    private static double Precision(string name) => BitsOf(name) switch
    {
        "bf16dot" => 1.0 / 256,
        "int8" => 1.0 / 100,
        _ => 1e-6,
    };
}
