using System.ComponentModel.DataAnnotations;
using System.Net;

namespace Godwit.ServiceDefaults.Listening;

/// <summary>The string is an address to listen on: an IPv4 or IPv6 address, or <c>localhost</c>.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ListenAddressAttribute : ValidationAttribute
{
    /// <summary>The address that <paramref name="value"/> names.</summary>
    /// <exception cref="FormatException">It names none.</exception>
    public static IPAddress Parse(string value) =>
        string.Equals(value, "localhost", StringComparison.OrdinalIgnoreCase) ? IPAddress.Loopback : IPAddress.Parse(value);

    /// <inheritdoc/>
    protected override ValidationResult? IsValid(object? value, ValidationContext validationContext) =>
        value is string text && (string.Equals(text, "localhost", StringComparison.OrdinalIgnoreCase) || IPAddress.TryParse(text, out _))
            ? ValidationResult.Success
            : new ValidationResult($"{validationContext.DisplayName} must be an IP address or 'localhost', not '{value}'.");
}
