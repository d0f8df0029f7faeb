using Spectre.Console;

namespace Godwit.CommandLine.Train;

/// <summary>Shows how far a piece of work is: a bar on a terminal, elsewhere a line now and then.</summary>
/// <param name="console">The terminal, if it is one.</param>
/// <param name="output">Where lines go otherwise.</param>
internal sealed class ProgressDisplay(IAnsiConsole console, TextWriter output)
{
    private const int LineEveryMs = 15_000;

    /// <summary>Does the work.</summary>
    /// <param name="name">What it is.</param>
    /// <param name="of">How much it is.</param>
    /// <param name="work">Gets what it reports to: how much is done, and how it goes.</param>
    public async Task<T> RunAsync<T>(string name, double of, Func<Action<double, string>, Task<T>> work)
    {
        if (!console.Profile.Capabilities.Interactive)
            return await work(Lines(name, of));
        return await console.Progress()
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .StartAsync(async context =>
            {
                ProgressTask task = context.AddTask(name, maxValue: of);
                T result = await work((done, text) =>
                {
                    task.Value = done;
                    task.Description = $"{name}, {Markup.Escape(text)}";
                });
                task.Value = of;
                return result;
            });
    }

    private Action<double, string> Lines(string name, double of)
    {
        Lock one = new();
        long printed = Environment.TickCount64;
        return (done, text) =>
        {
            lock (one)
            {
                if (Environment.TickCount64 - printed < LineEveryMs)
                    return;
                printed = Environment.TickCount64;
                output.WriteLine($"{name}: {done} of {of}, {text}");
            }
        };
    }
}
