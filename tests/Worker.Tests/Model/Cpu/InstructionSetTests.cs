using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using System.Security.Cryptography;
using Godwit.Worker.Model;
using Godwit.Worker.Model.Cpu;
using Godwit.Worker.Model.Cpu.MachineCode;

namespace Godwit.Worker.Tests.Model.Cpu;

/// <summary>Whole models give the same bits whatever the instructions, and CI's reruns without some of them are really without.</summary>
[Trait("Category", "Kernels")]
public sealed class InstructionSetTests
{
    [Fact]
    public void WhatDotnetIsToldToDoWithout_IsNotThere()
    {
        Assert.False(IsOff("EnableAVX512") && Vector512.IsHardwareAccelerated);
        Assert.False(IsOff("EnableAVX2") && Avx2.IsSupported);
        Assert.False(IsOff("EnableHWIntrinsic") && (Avx.IsSupported || Vector256.IsHardwareAccelerated));

        static bool IsOff(string name) => Environment.GetEnvironmentVariable("DOTNET_" + name) == "0";
    }

    // Computed once, on a processor with 512-bit vectors: any other must give the same.
    [Theory]
    [InlineData("Gemma 3", "F32", "a41ba4566d5e3db3")]
    [InlineData("Gemma 3", "BF16", "fc136934fa439f52")]
    [InlineData("Gemma 3", "Int8", "65954ac587c89947")]
    [InlineData("GPT-2", "F32", "3861ee42897a23e8")]
    [InlineData("GPT-2", "BF16", "bef8764c999892a1")]
    [InlineData("Mistral, odd window", "Int8", "afd2454804b581cc")]
    public void Logits_HaveTheSameBits_OnEveryMachine(string family, string format, string digest)
    {
        using var model = new RandomModel(FamilyShapes.All[family], seed: 41);
        using var driver = new RunnerDriver(model.Folder, model.Shape.Served, (_, config, limits) => new CpuRunner(
            WeightFiles.Open(model.Folder), config, new CpuFormats(Enum.Parse<WeightFormat>(format), format == "Int8"), limits, threads: 2));
        float[][] logits = driver.Alone([.. Enumerable.Range(1, 50)], 40);
        byte[] bytes = [.. logits.SelectMany(row => row).SelectMany(BitConverter.GetBytes)];
        Assert.Equal(digest, Convert.ToHexStringLower(SHA256.HashData(bytes))[..16]);
    }

    // Also where the processor has no such instructions: the code of today's tiles is that which was measured and disassembled.
    [Theory]
    [InlineData("BrainFloat", "84552b847c3ee356")]
    [InlineData("Int8", "93caf9a93aba7e88")]
    public void MachineCode_IsTheOneThatWasRead(string name, string digest)
    {
        DotFormat format = name == "Int8" ? DotFormat.Int8 : DotFormat.BrainFloat;
        byte[] code = [.. Enumerable.Range(1, DotTiles.MostRows).SelectMany(rows => (byte[])[
            .. DotTileCode.Write(format, rows, 4), .. DotTileCode.Write(format, rows, 1)])];
        Assert.Equal(digest, Convert.ToHexStringLower(SHA256.HashData(code))[..16]);
    }

    [Fact]
    public void NumericsId_TellsFormatsApart()
    {
        using var model = new RandomModel(new RandomModelShape { Dtype = "BF16" }, seed: 1);
        CpuFormats[] formats =
        [
            new(WeightFormat.F32), new(WeightFormat.BF16), new(WeightFormat.BF16, KvIsBrainFloat: true), new(WeightFormat.Int8),
        ];
        string[] ids = [.. formats.Select(format =>
        {
            using var driver = new RunnerDriver(model.Folder, null, (_, config, limits) =>
                new CpuRunner(WeightFiles.Open(model.Folder), config, format, limits, threads: 1));
            return driver.Runner.NumericsId;
        })];
        Assert.Equal(ids.Length, ids.Distinct().Count());
        Assert.StartsWith("cpu1/bf16/kv-bf16/rope-", ids[2], StringComparison.Ordinal);
    }
}
