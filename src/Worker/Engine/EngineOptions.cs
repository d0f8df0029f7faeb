using System.ComponentModel.DataAnnotations;

namespace Godwit.Worker.Engine;

/// <summary>Limits of the engine. Section <c>Worker:Engine</c>.</summary>
public sealed class EngineOptions
{
    /// <summary>Name of the section.</summary>
    public const string Section = "Worker:Engine";

    /// <summary>Most sequences in the fused batch. Default 64, range 1…1024.</summary>
    [Range(1, 1024)]
    public int MaxSequences { get; set; } = 64;

    /// <summary>Most tokens (rows) of one step. Default 256, range 16…8192; at least <see cref="MaxSequences"/>.</summary>
    [Range(16, 8192)]
    public int MaxTokensPerStep { get; set; } = 256;

    /// <summary>Most tokens of one sequence's prefill in one step. Default 128, range 1…8192.</summary>
    [Range(1, 8192)]
    public int PrefillChunkTokens { get; set; } = 128;

    /// <summary>Engine steps of waiting that weigh as much as one step of priority: who waits longer is overtaken no more. Default 1000,
    /// range 1…1000000.</summary>
    [Range(1, 1_000_000)]
    public int AgingSteps { get; set; } = 1000;

    /// <summary>Most requests that wait for a place; more are answered 503. Default 4096, range 0…1000000.</summary>
    [Range(0, 1_000_000)]
    public int MaxWaitingRequests { get; set; } = 4096;

    /// <summary>KV blocks of 16 tokens; 0 = as many as <see cref="KvMemoryMb"/> or <see cref="KvMemoryShare"/> holds, but no more than the
    /// batch can use. Default 0.</summary>
    [Range(0, 100_000_000)]
    public int KvBlocks { get; set; }

    /// <summary>Memory for KV blocks as a share of what this process may use (the container's limit, else the machine's), 0…0.9; 0 =
    /// <see cref="KvMemoryMb"/> says how much. Default 0.</summary>
    [Range(0.0, 0.9)]
    public double KvMemoryShare { get; set; }

    /// <summary>Share of the blocks that an admission leaves to those that run, 0…0.5. Default 0.01.</summary>
    [Range(0.0, 0.5)]
    public double WatermarkShare { get; set; } = 0.01;

    /// <summary>Keep the KV blocks of finished sequences and use them again for prompts that begin the same way. Default true.</summary>
    public bool PrefixCaching { get; set; } = true;

    /// <summary>Most draft tokens per sequence and step, taken from what followed the last tokens before; 0 = none. Drafts change no output.
    /// Default 0, range 0…16.</summary>
    [Range(0, 16)]
    public int PromptLookupTokens { get; set; }

    /// <summary>Check the KV blocks' bookkeeping after every step and stop the worker when it is broken. Slow. Default false.</summary>
    public bool CheckInvariants { get; set; }

    /// <summary>Memory for KV blocks when <see cref="KvBlocks"/> and <see cref="KvMemoryShare"/> are 0, in MiB. Default 1024, range 1…1048576.</summary>
    [Range(1, 1_048_576)]
    public int KvMemoryMb { get; set; } = 1024;

    /// <summary>Most tokens of one sequence (prompt + completion); 0 = the model's context. Default 0. Lowers it, never raises it.</summary>
    [Range(0, 10_000_000)]
    public int MaxContextTokens { get; set; }
}
