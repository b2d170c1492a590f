import '../../explorer/styles.ts'
import { askEarly } from '../../explorer/search/early.ts'

// what is to be shown is on its way while that is loaded and drawn
askEarly()
void import('../../explorer/draw.tsx').then(({ drawApp }) => drawApp())
