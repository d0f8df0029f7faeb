using System.Globalization;

namespace Godwit.CommandLine.Up;

/// <summary>The command lines of the processes that <c>up</c> starts.</summary>
internal static class ChildArguments
{
    public static IReadOnlyList<string> Worker(UpPlan plan, WorkerPlan worker, UpSettings settings) =>
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
        .. settings.Inherited,
        .. settings.WorkerArguments,
    ];

    public static IReadOnlyList<string> Scheduler(UpPlan plan, UpSettings settings) =>
    [
        "serve", "scheduler",
        "--bind", "127.0.0.1",
        "--port", Text(plan.SchedulerPort),
        "--redis", plan.Redis,
        "--supervised",
        .. settings.Inherited,
    ];

    public static IReadOnlyList<string> Router(UpPlan plan, UpSettings settings) =>
    [
        "serve", "router",
        "--bind", "127.0.0.1",
        "--port", Text(plan.RouterPort),
        "--library", plan.Library,
        .. settings.Configuration["Router:Prediction:File"] is { } file ? ["--router-file", file] : (string[])[],
        "--redis", plan.Redis,
        "--supervised",
        .. settings.Inherited,
    ];

    public static IReadOnlyList<string> Gateway(UpPlan plan, UpSettings settings) =>
    [
        "serve", "gateway",
        "--bind", plan.Bind.ToString(),
        "--port", Text(plan.Port),
        "--admin-bind", plan.AdminBind.ToString(),
        "--admin-port", Text(plan.AdminPort),
        "--router", plan.RouterAddress,
        "--scheduler", plan.SchedulerAddress,
        "--redis", plan.Redis,
        "--supervised",
        .. settings.Inherited,
    ];

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
