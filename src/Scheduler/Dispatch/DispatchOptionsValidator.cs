using Microsoft.Extensions.Options;

namespace Godwit.Scheduler.Dispatch;

/// <summary>There is such a policy.</summary>
internal sealed class DispatchOptionsValidator : IValidateOptions<DispatchOptions>
{
    public ValidateOptionsResult Validate(string? name, DispatchOptions options) =>
        DispatchPolicies.Find(options.Policy) is not null
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail(
                $"{DispatchOptions.Section}:Policy must be one of {string.Join(", ", DispatchPolicies.All.Select(policy => policy.Name))}, "
                + $"not '{options.Policy}'.");
}
