namespace Godwit.NativeCompat;

/// <summary>Decides whether a library must be changed to load on a host: only where it would not load as shipped.</summary>
internal static class PatchDecision
{
    /// <summary>
    /// True when the host's library lacks a version that is needed.
    /// </summary>
    /// <param name="hostVersions">The versions that the host's library defines; null where none was found: then nothing is to be done.</param>
    /// <param name="neededVersions">The versions that are needed of it, without the weak ones.</param>
    public static bool Needed(IReadOnlySet<string>? hostVersions, IEnumerable<string> neededVersions) =>
        hostVersions is not null && !hostVersions.IsSupersetOf(neededVersions);
}
