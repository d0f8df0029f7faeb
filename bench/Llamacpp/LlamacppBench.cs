using System.CommandLine;
using Godwit.Worker.Model;

namespace Godwit.Bench.Llamacpp;

/// <summary>
/// Our engine beside llama.cpp: the same weights, the same shape of work, the same number of threads, in turn in one run. Without
/// llama.cpp's tools it says so and does nothing.
/// </summary>
internal static class LlamacppBench
{
    public static Command Command()
    {
        Option<string> tools = new("--tools")
        {
            Description = $"Folder with llama.cpp's packages of Debian sid, unpacked. Default: {LlamaTools.Variable} of the environment.",
        };
        Option<int> rounds = new("--rounds") { Description = "Rounds.", DefaultValueFactory = _ => 3 };
        Option<string> backend = new("--backend") { Description = "Processor back end of llama.cpp. Default: the fastest of all." };
        Option<bool> firstToken = new("--first-token") { Description = "Time to the first token through both servers instead." };
        Command command = new("llamacpp", "Our engine beside llama.cpp on the same weights.") { tools, rounds, backend, firstToken };
        EngineChoice engine = new(command);
        command.SetAction(async (result, _) =>
        {
            if (LlamaTools.Find(result.GetValue(tools)) is not { } found)
            {
                Console.WriteLine($"llama.cpp is not here (--tools or {LlamaTools.Variable}): skipped.");
                return;
            }

            found.Forced = result.GetValue(backend);
            DirectoryInfo scratch = Directory.CreateTempSubdirectory("godwit-llamacpp-");
            try
            {
                await RunAsync(found, scratch.FullName, engine.Modes(result), result.GetValue(firstToken) ? null : result.GetValue(rounds));
            }
            finally
            {
                scratch.Delete(recursive: true);
            }
        });
        return command;
    }

    private static async Task RunAsync(LlamaTools tools, string scratch, IReadOnlyList<EngineMode> modes, int? rounds)
    {
        ModelOptions plain = modes[0].Model;
        string model = Path.Combine(scratch, "model.gguf");
        GgufModel.Write(plain.Path, model);
        await tools.ChooseBackendAsync(model, plain.Threads);
        await TokenCheck.RunAsync(tools, scratch);
        if (rounds is not { } count)
        {
            await FirstTokenBench.RunAsync(tools, model, modes);
            return;
        }

        await SpeedBench.RunAsync(tools, "as stored", model, [.. modes.Select(mode => mode.Model)], count);
        if (plain.Runner != "cpu")
            return;
        string quantized = Path.ChangeExtension(model, "q8_0.gguf");
        if (await tools.RunAsync("llama-quantize", model, quantized, "Q8_0") is null)
            throw new InvalidOperationException("llama-quantize failed.");
        // Which back end is the fastest depends on the number format.
        await tools.ChooseBackendAsync(quantized, plain.Threads);
        // Once: there is no fast mode of int8.
        ModelOptions int8 = EngineChoice.With(plain, format: "int8");
        await SpeedBench.RunAsync(tools, "8 bits a weight: llama.cpp Q8_0, ours int8", quantized, [int8], count);
    }
}
