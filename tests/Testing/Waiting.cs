using Godwit.ServiceDefaults.Instances;

namespace Godwit.Testing;

/// <summary>Waits for events, never for time; the deadline only keeps a broken test from hanging.</summary>
public static class Waiting
{
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    /// <summary>The first picture that <paramref name="condition"/> holds for, the current one included.</summary>
    public static async Task<RegistrySnapshot> UntilAsync(this InstanceRegistry registry, Func<RegistrySnapshot, bool> condition)
    {
        TaskCompletionSource<RegistrySnapshot> found = new(TaskCreationOptions.RunContinuationsAsynchronously);
        registry.Changed += Look;
        try
        {
            Look(registry.Current);
            return await found.Task.WaitAsync(Deadline);
        }
        finally
        {
            registry.Changed -= Look;
        }

        void Look(RegistrySnapshot snapshot)
        {
            if (condition(snapshot))
            {
                found.TrySetResult(snapshot);
            }
        }
    }
}
