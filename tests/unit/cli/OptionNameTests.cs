// The options that diagnostics name: each is a property of the C# API and an option of some command.

using System.CommandLine;
using System.Reflection;
using TinyEngine.Cli;
using TinyEngine.Compiler;
using TinyEngine.Experiments;
using TinyEngine.Image;
using TinyEngine.Ir;
using TinyEngine.Passes;

namespace TinyEngine.Tests.Cli;

public sealed class OptionNameTests
{
    private static readonly OptionName[] All =
        [.. typeof(OptionName).GetFields(BindingFlags.Public | BindingFlags.Static).Select(f => (OptionName)f.GetValue(null)!)];

    [Fact]
    public void Every_option_is_a_property_of_the_api() =>
        Assert.Equal([], All.Where(o => !Exists(typeof(CompileOptions), o.Property) && !Exists(typeof(ExperimentOptions), o.Property)));

    [Fact]
    public void Every_option_is_spelled_as_some_command_knows_it()
    {
        Command[] commands = [CompileCommand.Create(), ExperimentCommand.CreateSimulate()];
        var known = commands.SelectMany(c => c.Options).Select(o => o.Name).ToHashSet();
        Assert.Equal([], All.Where(o => !known.Contains(CommandOptions.Spelled(o).Split(' ')[0])));
    }

    [Fact]
    public void Diagnostic_names_options_as_its_reader_knows_them()
    {
        var diagnostic = Diagnostics.BadOption.At(OptionName.Smoothing, $"needs {OptionName.Loss} cross-entropy");
        Assert.Equal("m : error TE0604: Loss.Smoothing: needs Loss cross-entropy", diagnostic.Format("m"));
        Assert.Equal(
            "m : error TE0604: --label-smoothing: needs --loss cross-entropy",
            diagnostic.Spelled(CommandOptions.Spelled).Format("m")
        );
    }

    [Fact]
    public void Every_value_of_an_option_has_a_name_in_the_api()
    {
        static IEnumerable<object?> Values(Type type) => type.GetProperties().Select(p => p.GetValue(null))
            .Concat(type.GetFields().Select(f => f.GetValue(null)));
        Assert.Equal(Target.All, Values(typeof(Targets)));
        Assert.Equal(Loss.All, Values(typeof(Losses)).Select(c => ((LossChoice)c!).Loss));
        Assert.Equal(Enum.GetValues<BoundaryType>().Cast<object>(), Values(typeof(BoundaryTypes)));
        Assert.Equal(Enum.GetValues<RateSchedule>().Cast<object>(), Values(typeof(RateSchedules)));
    }

    private static bool Exists(Type type, string path) =>
        path.Split('.').Aggregate((Type?)type, (t, name) => Inner(t)?.GetProperty(name)?.PropertyType) is not null;

    private static Type? Inner(Type? type) => type is null ? null : Nullable.GetUnderlyingType(type) ?? type;
}
