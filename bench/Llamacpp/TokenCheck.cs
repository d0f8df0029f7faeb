using System.Net.Http.Json;
using System.Text.Json;
using Godwit.Worker.Engine;
using Godwit.Worker.Model;
using Godwit.Worker.Sampling;

namespace Godwit.Bench.Llamacpp;

/// <summary>
/// Whether both engines run the same model: greedy tokens of a small trained model, whose numbers are f32 in both, must agree. That shows
/// that the file written for llama.cpp is right.
/// </summary>
internal static class TokenCheck
{
    private const int NewTokens = 64;

    private static readonly string[] s_prompts =
        ["Once upon a time", "One day, a little girl named Lily", "The big dog", "Tom and his friend"];

    public static async Task RunAsync(LlamaTools tools, string scratch)
    {
        string folder = Path.Combine(Machine.RepositoryRoot(), "models", "stories260k"), file = Path.Combine(scratch, "check.gguf");
        GgufModel.Write(folder, file);
        EngineOptions options = new();
        LoadedModel model = LoadedModel.Load(new ModelOptions { Path = folder, Threads = 1 }, options);
        using EngineLoop engine = new(
            model.Runner, model.Tokenizer, new HashSet<int>(model.Config.EosTokenIds), model.ContextLength, options);
        await using ServerProcess server = await ServerProcess.StartLlamaAsync(tools, file, threads: 1);
        int agree = 0, all = 0;
        foreach (string text in s_prompts)
        {
            IReadOnlyList<int> prompt = model.Tokenizer.Encode(text, addSpecialTokens: true);
            int[] ours = await AnswerAsync(engine, prompt), theirs = await AnswerAsync(server, prompt);
            if (theirs.Length == 0)
                throw new InvalidOperationException($"llama.cpp gave no tokens for '{text}': there is nothing to compare.");
            // It ends at the end token; what we sample after that has nothing to compare with.
            all += theirs.Length;
            agree += theirs.Zip(ours).TakeWhile(pair => pair.First == pair.Second).Count();
        }

        Console.WriteLine($"greedy tokens of stories260k: {agree} of {all} agree with llama.cpp's");
        if (agree < all)
            throw new InvalidOperationException("The engines do not run the same model: their figures say nothing.");
    }

    private static async Task<int[]> AnswerAsync(EngineLoop engine, IReadOnlyList<int> prompt)
    {
        SamplingParams sampling = new() { Temperature = 0, MaxTokens = NewTokens, IgnoreEos = true };
        using Generation generation = engine.Submit(new GenerationRequest("check", [prompt], sampling));
        List<int> tokens = [];
        await foreach (SequenceOutput output in generation.Outputs.ReadAllAsync())
            tokens.AddRange(output.TokenIds);
        return [.. tokens];
    }

    private static async Task<int[]> AnswerAsync(ServerProcess server, IReadOnlyList<int> prompt)
    {
        using HttpResponseMessage response = await server.Client.PostAsJsonAsync(
            "/completion", new { prompt, n_predict = NewTokens, temperature = 0, return_tokens = true, cache_prompt = false });
        response.EnsureSuccessStatusCode();
        using JsonDocument answer = await JsonDocument.ParseAsync(await response.Content.ReadAsStreamAsync());
        return [.. answer.RootElement.GetProperty("tokens").EnumerateArray().Select(token => token.GetInt32())];
    }
}
