namespace Paypro.UnitTests;

public class PlaceTests
{
    [Fact]
    public void Runs() => Assert.True(true);
}
