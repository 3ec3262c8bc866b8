namespace Paypro.ServerTests;

public class PlaceTests
{
    [Fact]
    public void Runs() => Assert.True(true);
}
