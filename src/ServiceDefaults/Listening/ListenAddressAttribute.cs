using System.ComponentModel.DataAnnotations;
using System.Net;

namespace Godwit.ServiceDefaults.Listening;

/// <summary>The string is an address to listen on: an IPv4 or IPv6 address, or <c>localhost</c>.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ListenAddressAttribute : ValidationAttribute
{
    /// <summary>The address that <paramref name="value"/> names.</summary>
    /// <exception cref="FormatException">It names none.</exception>
    public static IPAddress Parse(string value) => TryParse(value) ?? throw new FormatException($"'{value}' is no address to listen on.");

    /// <summary>The address that <paramref name="value"/> names, or null.</summary>
    public static IPAddress? TryParse(string? value) =>
        string.Equals(value, "localhost", StringComparison.OrdinalIgnoreCase) ? IPAddress.Loopback
        : IPAddress.TryParse(value, out IPAddress? address) ? address
        : null;

    /// <inheritdoc/>
    protected override ValidationResult? IsValid(object? value, ValidationContext validationContext) =>
        TryParse(value as string) is not null
            ? ValidationResult.Success
            : new ValidationResult($"{validationContext.DisplayName} must be an IP address or 'localhost', not '{value}'.");
}
