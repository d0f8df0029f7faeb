using Godwit.Worker.ChatTemplates.Formatting;

namespace Godwit.Worker.Tests.ChatTemplates;

/// <summary>Times as glibc's strftime writes them in the C locale.</summary>
public sealed class PythonTimeTests
{
    private static readonly DateTimeOffset Time = new(2024, 7, 6, 9, 5, 3, 40, TimeSpan.Zero);

    [Theory]
    [InlineData("%d %b %Y", "06 Jul 2024")]
    [InlineData("%A, %B %-d, %Y", "Saturday, July 6, 2024")]
    [InlineData("%a %e|%_d|%-m|%y|%C|%h", "Sat  6| 6|7|24|20|Jul")]
    [InlineData("%H:%M:%S.%f %I %p %P %-I %k %l", "09:05:03.040000 09 AM am 9  9  9")]
    [InlineData("%j %-j %U %W %V %G %g %u %w", "188 188 26 27 27 2024 24 6 6")]
    [InlineData("%F %T %R %D %x %X", "2024-07-06 09:05:03 09:05 07/06/24 07/06/24 09:05:03")]
    [InlineData("%c|%r", "Sat Jul  6 09:05:03 2024|09:05:03 AM")]
    [InlineData("%^a %^B %s %z%Z %n%t%%", "SAT JULY 1720256703  \n\t%")]
    [InlineData("%Q % %", "%Q % %")]
    [InlineData("", "")]
    public void Directives(string format, string expected) => Assert.Equal(expected, PythonTime.Write(Time, format));

    [Theory]
    [InlineData(2021, 1, 1, "53 2020 00 00")]
    [InlineData(2023, 1, 1, "52 2022 01 00")]
    [InlineData(2024, 12, 30, "01 2025 52 53")]
    [InlineData(2020, 12, 31, "53 2020 52 52")]
    public void Weeks_at_the_turn_of_the_year(int year, int month, int day, string expected) =>
        Assert.Equal(expected, PythonTime.Write(new DateTimeOffset(year, month, day, 0, 0, 0, TimeSpan.Zero), "%V %G %U %W"));
}
