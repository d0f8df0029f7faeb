using Godwit.Worker.Engine;
using Godwit.Worker.Model;
using Godwit.Worker.Model.Cpu;
using Godwit.Worker.Model.Torch;
using static TorchSharp.torch;

namespace Godwit.Worker.Tests.Model;

/// <summary>The model runners that the same tests run on, named as in <c>Worker:Model:Runner</c>.</summary>
internal static class Backends
{
    /// <summary>Where the tensor runner computes: on a machine with a GPU, <c>GODWIT_TEST_DEVICE=cuda</c> has the tests run there.</summary>
    public static Device Device => TorchDevice.Open(Environment.GetEnvironmentVariable("GODWIT_TEST_DEVICE") ?? "cpu");

    /// <summary>All of them.</summary>
    public static TheoryData<string> Names => ["cpu", "torch"];

    /// <summary>Every case with each of them.</summary>
    public static TheoryData<string, string> With(IEnumerable<string> cases)
    {
        TheoryData<string, string> all = [];
        foreach (string one in cases)
        {
            all.Add(one, "cpu");
            all.Add(one, "torch");
        }

        return all;
    }

    /// <summary>A runner that computes in fp32.</summary>
    public static IModelRunner Create(string backend, WeightFiles files, ModelConfig config, RunnerLimits limits, int threads = 1) => backend switch
    {
        "cpu" => new CpuRunner(WeightFiles.Open(files.Directory), config, new CpuFormats(WeightFormat.F32), limits, threads),
        "torch" => new TorchRunner(files, config, limits, Device, float32, threads),
        _ => throw new ArgumentException($"There is no backend '{backend}'.", nameof(backend)),
    };
}
