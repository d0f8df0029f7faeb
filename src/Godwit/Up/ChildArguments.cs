using System.Globalization;

namespace Godwit.CommandLine.Up;

/// <summary>The command lines of the processes that <c>up</c> starts.</summary>
internal static class ChildArguments
{
    public static IReadOnlyList<string> Worker(UpPlan plan, WorkerPlan worker, IReadOnlyList<string> inherited) =>
    [
        "serve", "worker",
        "--model", worker.Folder,
        "--id", worker.Model,
        "--instance", worker.Instance,
        "--bind", "127.0.0.1",
        "--port", Text(worker.Port),
        "--threads", Text(plan.Threads),
        "--redis", plan.Redis,
        "--supervised",
        .. inherited,
    ];

    public static IReadOnlyList<string> Scheduler(UpPlan plan, IReadOnlyList<string> inherited) =>
    [
        "serve", "scheduler",
        "--bind", "127.0.0.1",
        "--port", Text(plan.SchedulerPort),
        "--redis", plan.Redis,
        "--supervised",
        .. inherited,
    ];

    public static IReadOnlyList<string> Gateway(UpPlan plan, IReadOnlyList<string> inherited) =>
    [
        "serve", "gateway",
        "--bind", plan.Bind.ToString(),
        "--port", Text(plan.Port),
        "--admin-bind", plan.AdminBind.ToString(),
        "--admin-port", Text(plan.AdminPort),
        "--scheduler", plan.SchedulerAddress,
        "--redis", plan.Redis,
        "--supervised",
        .. inherited,
    ];

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
