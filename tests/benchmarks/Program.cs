// Benchmarks: figures beside the bars they are measured against. Not timed tests and not part of the test suite.
//
//   ./build.sh bench learning [SEEDS]    accuracy of each scheme, update rule and gradient type (hours)

using TinyEngine.Benchmarks;

return args switch
{
    ["learning", .. var rest] => await LearningTable.RunAsync(rest is [var seeds] ? int.Parse(seeds) : 5),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("usage: ./build.sh bench learning [SEEDS]");
    return 2;
}
