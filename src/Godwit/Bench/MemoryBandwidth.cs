using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Godwit.CommandLine.Bench;

/// <summary>How fast this machine reads memory: what no engine that must read its weights once per step can beat.</summary>
internal static unsafe class MemoryBandwidth
{
    private const int Rounds = 5;
    private const long Bytes = 1L << 30;
    private const int StrideBytes = 8 * 32;

    /// <summary>The best of five sequential reads of 1 GiB by all cores, each its own part, in bytes per second.</summary>
    public static double Measure()
    {
        byte* memory = (byte*)NativeMemory.AlignedAlloc((nuint)Bytes, StrideBytes);
        try
        {
            // Pages that were never written are all the same page of zeros.
            NativeMemory.Fill(memory, (nuint)Bytes, 1);
            return Enumerable.Range(0, Rounds).Max(_ => Bytes / Read(memory));
        }
        finally
        {
            NativeMemory.AlignedFree(memory);
        }
    }

    /// <summary>Seconds of one read.</summary>
    private static double Read(byte* memory)
    {
        int cores = Environment.ProcessorCount;
        long part = Bytes / cores / StrideBytes * StrideBytes;
        ulong[] sums = new ulong[cores];
        using Barrier barrier = new(cores + 1);
        Thread[] threads = [.. Enumerable.Range(0, cores).Select(core => new Thread(() =>
        {
            byte* first = memory + (core * part);
            barrier.SignalAndWait();
            sums[core] = Sum(first, core == cores - 1 ? memory + Bytes : first + part);
            barrier.SignalAndWait();
        }))];
        foreach (Thread thread in threads)
            thread.Start();
        barrier.SignalAndWait();
        long start = Stopwatch.GetTimestamp();
        barrier.SignalAndWait();
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        foreach (Thread thread in threads)
            thread.Join();
        // The sums are what the reads are for: nothing may leave them out.
        return sums.All(sum => sum != 0) ? seconds : throw new InvalidOperationException("The memory read does not hold what was written.");
    }

    private static ulong Sum(byte* first, byte* end)
    {
        Vector256<ulong> a = default, b = default, c = default, d = default;
        for (byte* at = first; at < end; at += StrideBytes)
        {
            a += Vector256.Load((ulong*)at) + Vector256.Load((ulong*)(at + 32));
            b += Vector256.Load((ulong*)(at + 64)) + Vector256.Load((ulong*)(at + 96));
            c += Vector256.Load((ulong*)(at + 128)) + Vector256.Load((ulong*)(at + 160));
            d += Vector256.Load((ulong*)(at + 192)) + Vector256.Load((ulong*)(at + 224));
        }

        return Vector256.Sum(a + b + c + d);
    }
}
