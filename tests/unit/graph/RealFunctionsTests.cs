// The real functions against values of 17 digits from arithmetic of 40 (mpmath).

using TinyEngine.Ir;

namespace TinyEngine.Tests.Graphs;

public sealed class RealFunctionsTests
{
    [Theory]
    [InlineData(-40.0, -1.0)]
    [InlineData(-1.25, -0.7134952031398099)]
    [InlineData(-0.3, -0.2591817793182821)]
    [InlineData(-1.1e-05, -1.0999939500221832e-05)]
    [InlineData(-2e-09, -1.9999999980000002e-09)]
    [InlineData(1e-300, 1e-300)]
    [InlineData(3e-07, 3.000000450000045e-07)]
    [InlineData(1.0000001e-05, 1.0000051000176668e-05)]
    [InlineData(0.02, 0.02020134002675581)]
    [InlineData(0.9, 1.4596031111569496)]
    [InlineData(5.0, 147.4131591025766)]
    public void Expm1_does_not_cancel(double x, double value) => Near(value, RealFunctions.ExpM1(x));

    [Theory]
    [InlineData(-30.0, 4.906713927148187e-198)]
    [InlineData(-8.0, 6.220960574271784e-16)]
    [InlineData(-5.0, 2.866515718791939e-07)]
    [InlineData(-2.0, 0.02275013194817921)]
    [InlineData(-1.5, 0.06680720126885807)]
    [InlineData(-1.4, 0.08075665923377107)]
    [InlineData(-0.5, 0.3085375387259869)]
    [InlineData(0.0, 0.5)]
    [InlineData(1.0, 0.8413447460685429)]
    [InlineData(4.0, 0.9999683287581669)]
    public void Normal_cdf_does_not_cancel(double x, double value) => Near(value, RealFunctions.NormalCdf(x));

    [Fact]
    public void Ends_are_limits()
    {
        Assert.Equal(
            [-1, double.PositiveInfinity, 0],
            new[] { double.NegativeInfinity, double.PositiveInfinity, 0 }.Select(RealFunctions.ExpM1)
        );
        Assert.Equal([0, 1], new[] { double.NegativeInfinity, double.PositiveInfinity }.Select(RealFunctions.NormalCdf));
    }

    private static void Near(double expected, double actual) => Assert.InRange(actual / expected, 1 - 1e-13, 1 + 1e-13);
}
