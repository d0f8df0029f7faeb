using System.Diagnostics;

namespace Godwit.Bench.Llamacpp;

/// <summary>
/// llama.cpp as Debian sid packages it, unpacked into a folder without being installed: its programs run through their own loader and C
/// library, and are told which of the processor back ends to load.
/// </summary>
internal sealed class LlamaTools
{
    /// <summary>Names the folder where <c>--tools</c> does not.</summary>
    public const string Variable = "GODWIT_BENCH_LLAMACPP";

    private const string Libraries = "usr/lib/x86_64-linux-gnu";

    private const int Tries = 3;

    // Those whose instructions the processor lacks fail.
    private static readonly string[] s_backends = ["sapphirerapids", "zen4", "icelake", "cascadelake", "skylakex", "alderlake", "haswell"];

    private readonly string _root;
    private string _backend = "";

    private LlamaTools(string root) => _root = root;

    /// <summary>The processor back end to take without trying others; null for the fastest.</summary>
    public string? Forced { get; set; }

    /// <summary>The tools in a folder; null when they are not there.</summary>
    public static LlamaTools? Find(string? folder)
    {
        string? root = folder ?? Environment.GetEnvironmentVariable(Variable);
        return root is not null && File.Exists(Path.Combine(root, "usr/bin/llama-batched-bench"))
            ? new LlamaTools(Path.GetFullPath(root))
            : null;
    }

    /// <summary>Runs a program to its end; null when it fails.</summary>
    public async Task<string?> RunAsync(string program, params IEnumerable<string> arguments)
    {
        using Process process = Start(program, arguments);
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? await output : null;
    }

    /// <summary>Starts a program. What it writes to standard error is dropped.</summary>
    public Process Start(string program, params IEnumerable<string> arguments)
    {
        string libraries = Path.Combine(_root, Libraries);
        ProcessStartInfo start = new(Path.Combine(libraries, "ld-linux-x86-64.so.2"))
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        string[] loader = ["--library-path", $"{libraries}:{libraries}/llama", "--argv0", program, Path.Combine(_root, "usr/bin", program)];
        foreach (string argument in loader.Concat(arguments))
            start.ArgumentList.Add(argument);
        start.Environment["GGML_BACKEND_PATH"] = Path.Combine(libraries, "ggml/backends0", $"libggml-cpu-{_backend}.so");
        Process process = Process.Start(start)!;
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        return process;
    }

    /// <summary>Chooses the back end that decodes a model fastest.</summary>
    public async Task ChooseBackendAsync(string model, int threads)
    {
        // The best of several tries, in turn: whoever disturbs one of them must not decide.
        Dictionary<string, double> tried = [];
        foreach (string backend in Enumerable.Repeat(Forced is null ? s_backends : [Forced], Tries).SelectMany(all => all))
        {
            _backend = backend;
            IReadOnlyList<BatchedBenchResult> results =
                await BatchedBench.RunAsync(this, model, threads, promptTokens: 32, newTokens: 16, [8]);
            if (results.Count > 0)
                tried[backend] = Math.Max(tried.GetValueOrDefault(backend), results[0].DecodeTokensPerSecond);
        }

        if (tried.Count == 0)
            throw new InvalidOperationException("None of llama.cpp's processor back ends runs here.");
        _backend = tried.MaxBy(backend => backend.Value).Key;
        IEnumerable<string> speeds = tried.Select(backend => $"{backend.Key} {backend.Value:F0}");
        Console.WriteLine($"llama.cpp back ends, decode tokens/s at 8: {string.Join(", ", speeds)}; taken: {_backend}");
    }
}
