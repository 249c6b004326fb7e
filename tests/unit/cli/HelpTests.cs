// The help of every command as golden text, so that it is read aloud in review.

namespace TinyEngine.Tests.Cli;

[Collection("console")]
public sealed class HelpTests
{
    private static readonly string[] Names = ["compile", "doctor", "emulate", "gradients", "inspect", "ops", "plan", "simulate"];

    public static TheoryData<string> Commands => [.. Names];

    [Theory]
    [MemberData(nameof(Commands))]
    public void Help_of_a_command_equals_golden(string command) =>
        Golden.Equal(Golden.Beside($"{command}.help.txt"), CommandLine.Run(command, "--help").Output);

    [Fact]
    public void Help_of_the_program_equals_golden_and_lists_every_command()
    {
        string help = CommandLine.Run("--help").Output;
        Golden.Equal(Golden.Beside("tinyengine.help.txt"), help);
        var listed = help.Split('\n').Where(l => l.StartsWith("  ", StringComparison.Ordinal)).Select(l => l.Trim().Split(' ')[0]);
        Assert.Equal(Names, listed.Order(StringComparer.Ordinal));
    }
}
