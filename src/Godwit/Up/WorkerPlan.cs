namespace Godwit.CommandLine.Up;

/// <summary>One worker to start.</summary>
/// <param name="Instance">Id of the instance, <c>worker-1</c>.</param>
/// <param name="Model">Id of its model.</param>
/// <param name="Folder">Folder of its model.</param>
/// <param name="Port">Port on loopback.</param>
internal sealed record WorkerPlan(string Instance, string Model, string Folder, int Port)
{
    /// <summary>Base address.</summary>
    public string Address => $"http://127.0.0.1:{Port}";
}
