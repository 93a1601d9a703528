"""Three bodies that attract each other: attributes-free float code over lists."""
bodies = [
    ([0.0, 0.0, 0.0], [0.0, 0.0, 0.0], 39.47),
    ([4.84, -1.16, -0.10], [0.60, 2.81, -0.02], 0.037),
    ([8.34, 4.12, -0.40], [-1.01, 1.82, 0.008], 0.011),
]
pairs = [(a, b) for i, a in enumerate(bodies) for b in bodies[i + 1 :]]
# ---
for _ in range(1_000):
    for (p, v, m), (q, w, n) in pairs:
        dx, dy, dz = p[0] - q[0], p[1] - q[1], p[2] - q[2]
        f = 0.001 * (dx * dx + dy * dy + dz * dz) ** -1.5
        v[0] -= dx * n * f
        v[1] -= dy * n * f
        v[2] -= dz * n * f
        w[0] += dx * m * f
        w[1] += dy * m * f
        w[2] += dz * m * f
    for p, v, m in bodies:
        p[0] += 0.001 * v[0]
        p[1] += 0.001 * v[1]
        p[2] += 0.001 * v[2]
