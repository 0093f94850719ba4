"""Text on its way in and out: what people may write, what we say to them in each language, and how it is made safe."""
