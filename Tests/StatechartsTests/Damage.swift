extension [Character] {
    /// Removes a character or a stretch, repeats a stretch, or puts one of the pieces somewhere.
    mutating func damage(with pieces: [String], _ random: inout SplitMix64) {
        guard !self.isEmpty else { return }
        let place = random.next(below: self.count)
        switch random.next(below: 4) {
        case 0: self.remove(at: place)
        case 1: self.removeSubrange(place..<Swift.min(self.count, place + 1 + random.next(below: 40)))
        case 2:
            let from = random.next(below: self.count)
            self.insert(contentsOf: self[from..<Swift.min(self.count, from + 60)], at: place)
        default: self.insert(contentsOf: pieces[random.next(below: pieces.count)], at: place)
        }
    }
}
